package retrieve

import "strings"

// han emits the run of Chinese characters gathered in s.run. Function words
// are taken out first and emitted whole; what lies between them is cut into
// overlapping pairs of characters, which stand in for words without a
// dictionary, and into its single characters, so that 痛 finds 疼痛.
func (s *scanner) han() {
	segment := 0 // start of the content characters not yet emitted
	for i := 0; i < len(s.run); {
		n, word := functionWordAt(s.run[i:])
		if n == 0 {
			i++
			continue
		}
		s.grams(s.run[segment:i])
		s.emit(append(s.buf[:0], word...), function)
		i += n
		segment = i
	}
	s.grams(s.run[segment:])
	s.run = s.run[:0]
}

func (s *scanner) grams(run []rune) {
	if len(run) == 1 {
		s.emit(append(s.buf[:0], string(run)...), single)
		return
	}
	for i := range run {
		s.emit(append(s.buf[:0], string(run[i])...), character)
		if i+1 < len(run) {
			s.emit(append(s.buf[:0], string(run[i:i+2])...), pair)
		}
	}
}

// functionWordAt returns the length of the longest function word that run
// starts with and the form it is known by; 0 when there is none.
func functionWordAt(run []rune) (int, string) {
	for n := min(longestFunctionWord, len(run)); n > 0; n-- {
		if word, ok := functionWords[string(run[:n])]; ok {
			return n, word
		}
	}
	return 0, ""
}

// functionWords maps Chinese function words, in Simplified characters, to the
// word they are counted as: Cantonese ones to their written counterparts, so
// that 點解 asks what 為什麼 asks.
var functionWords, longestFunctionWord = parseFunctionWords(`
为什么 为甚么 点解 为何 何解 做乜 做咩
怎样 怎么 怎么样 点样 点 如何 怎
什么 甚么 乜 乜嘢 咩 咩嘢 啥 乜野 咩野
什么时候 几时 何时 甚么时候
多久 几耐 多长时间 几长时间
多少 几多 几
哪里 哪儿 边度 哪
哪个 边个 谁 邊位 哪位 边位 哪些 边啲
是不是 是否 系咪 系唔系
会不会 会否 会唔会
可不可以 可否 能不能 能否 可唔可以 可以 得唔得
有没有 有冇 有无
要不要 用不用 使唔使 洗唔洗 需不需要 需唔需要 需要
应该 应不应该 应唔应该
的 嘅 之
了 咗
吗 么 嘛 吖 呀 啊 啦 喇 吧 呢 㗎 噃 喎 咋 喔 哦 呃 啰 咯
一些 啲 有些 有啲
我 我们 我哋 咱们
你 您 你们 你哋
他 她 它 他们 她们 它们 佢 佢哋
这 这个 这些 呢个 呢啲 呢种 这种 此
那 那个 那些 嗰个 嗰啲 嗰
这样 那样 咁样 咁 噉
是 系 乃
会
在 喺 于
没有 冇 没
不 唔
和 与 及 以及 或 或者 同埋 还是 定系
都 也 就 亦
因为 所以 如果 若 但是 但 虽然 而且 而
请问 想问 请 想知 想知道 知道 问 问下 想问下 唔该 谢谢 多谢 你好
个
`)

func parseFunctionWords(table string) (map[string]string, int) {
	byForm, longest := make(map[string]string), 0
	for line := range strings.Lines(table) {
		forms := strings.Fields(line)
		for _, form := range forms {
			byForm[form] = forms[0]
			longest = max(longest, len([]rune(form)))
		}
	}
	return byForm, longest
}
