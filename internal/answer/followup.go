package answer

import (
	"strings"
	"time"
	"unicode/utf8"

	"meridian/internal/hanzi"
)

// topicWindow is how long a person's topic stays good for a follow-up.
const topicWindow = 15 * time.Minute

// followUpStarts begin a question that leans on the one before.
var followUpStarts = []string{"and ", "what about", "how about", "but ", "so ", "why", "how long", "how many", "how soon",
	"then ", "or ", "then?", "is that", "does that", "will that", "who ", "when ", "where ",
	"同埋", "咁", "那", "點解", "点解", "為什麼", "为什么", "幾", "几", "一般", "通常", "大概", "要", "會唔會", "會不會", "会不会", "有冇", "有沒有", "有没有", "有副作用", "痛唔痛", "痛不痛"}

var pronouns = wordSet("it its this that these those they them one")

const chinesePronouns = "佢它這这呢個那哋"

// leanedOn returns the last question of the same person, on which a follow-up
// ("does it last?") leans. It reports false when the message does not lean on
// anything, or there is nothing recent to lean on.
func leanedOn(text string, earlier []Turn) (string, bool) {
	last := earlier[len(earlier)-1]
	if last.Age > topicWindow || !leans(text) {
		return "", false
	}
	before := clean(last.Text)
	return before, before != ""
}

// leans reports whether the message is short and begins or refers like a follow-up.
func leans(text string) bool {
	lower := strings.ToLower(text)
	if hanzi.Contains(text) {
		if utf8.RuneCountInString(text) > 14 {
			return false
		}
	} else if len(words(text)) > 9 {
		return false
	}
	for _, start := range followUpStarts {
		if strings.HasPrefix(lower, start) {
			return true
		}
	}
	return countWords(text, pronouns) > 0 || strings.ContainsAny(text, chinesePronouns)
}
