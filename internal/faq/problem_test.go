package faq

import (
	"os"
	"strings"
	"testing"
)

const (
	english = "testdata/library/understanding-pain.md"
	chinese = "testdata/library/understanding-pain.zh-Hant.md"
)

// edit replaces text in one of the articles of the test library.
type edit struct{ file, old, new string }

func readLibrary(t testing.TB) map[string]string {
	t.Helper()
	texts := make(map[string]string)
	for _, path := range []string{english, chinese} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts[path] = string(data)
	}
	return texts
}

// checkEdited returns what check says about the test library after the edits.
// An edit of a file that is not in the library adds it.
func checkEdited(t testing.TB, edits ...edit) ([]*Article, []Problem) {
	t.Helper()
	texts := readLibrary(t)
	order := []string{english, chinese}
	for _, e := range edits {
		if _, ok := texts[e.file]; !ok {
			order = append(order, e.file)
		}
		if !strings.Contains(texts[e.file], e.old) {
			t.Fatalf("%s does not contain %q", e.file, e.old)
		}
		texts[e.file] = strings.Replace(texts[e.file], e.old, e.new, 1)
	}
	var files []file
	for _, path := range order {
		files = append(files, file{path: path, data: []byte(texts[path])})
	}
	return check(files, today)
}

var problemTests = []struct {
	name  string
	edits []edit
}{
	{"file: not UTF-8", []edit{{english, "Moving a", "Moving \xe9 a"}}},
	{"file: invisible character", []edit{{english, "Moving a", "Moving\u200b a"}}},
	{"file: reading direction turned", []edit{{english, "alarm, and", "alarm\u202e, and"}}},
	{"file: too large", []edit{{english, "Moving a", strings.Repeat("pain ", 60_000)}}},
	{"file: empty", []edit{{"testdata/library/new.md", "", ""}}},

	{"clinic fact: unknown", []edit{{english, "Moving a", "Call {{clinic.fone}}. Moving a"}}},
	{"clinic fact: not one of the clinic", []edit{{english, "Moving a", "Call {{phone}}. Moving a"}}},

	{"front matter: missing", []edit{{english, "---\nid:", "id:"}}},
	{"front matter: not closed", []edit{{english, "2027-11-22\n---\n", "2027-11-22\n"}}},
	{"front matter: colon in a value", []edit{{english, "title: Understanding pain", "title: Pain: what it is"}}},
	{"front matter: no fields", []edit{{"testdata/library/new.md", "", "---\njust words\n---\n"}}},
	{"front matter: unknown key", []edit{{english, "reviewed_by:", "reviewd_by:"}}},
	{"front matter: key like no other", []edit{{english, "url:", "colour:"}}},
	{"front matter: key twice", []edit{{english, "status: published\n", "status: published\nstatus: draft\n"}}},
	{"front matter: list as value", []edit{{english, "publisher: Meridian starter library", "publisher: [Meridian, others]"}}},
	{"front matter: empty value", []edit{{english, "publisher: Meridian starter library", "publisher:"}}},
	{"front matter: hidden character in quotes", []edit{{english, "title: Understanding pain", `title: "Pain\u202e"`}}},
	{"front matter: missing id", []edit{{english, "id: understanding-pain\n", ""}}},
	{"front matter: malformed id", []edit{{english, "id: understanding-pain", "id: Understanding Pain"}}},
	{"front matter: bad date", []edit{{english, "reviewed_on: 2026-11-22", "reviewed_on: 22 Nov 2026"}}},
	{"front matter: impossible date", []edit{{english, "review_due: 2027-11-22", "review_due: 2027-02-30"}}},
	{"front matter: due before reviewed", []edit{{english, "review_due: 2027-11-22", "review_due: 2026-01-22"}}},
	{"front matter: overdue", []edit{{english, "reviewed_on: 2026-11-22\nreview_due: 2027-11-22", "reviewed_on: 2025-11-22\nreview_due: 2026-11-21"}}},
	{"front matter: reviewed in the future", []edit{{english, "reviewed_on: 2026-11-22", "reviewed_on: 2026-12-22"}}},
	{"front matter: unknown status", []edit{{english, "status: published", "status: live"}}},
	{"front matter: unknown lang", []edit{{english, "lang: en", "lang: fr"}}},
	{"front matter: lang against file name", []edit{{chinese, "lang: zh-Hant", "lang: en"}}},
	{"front matter: bad url", []edit{{english, "url: https://example.org/understanding-pain", "url: www.example.org"}}},

	{"passage: name missing", []edit{{english, " {#why-pain-lasts}", ""}}},
	{"passage: name malformed", []edit{{english, "{#why-pain-lasts}", "{#Why pain lasts}"}}},
	{"passage: name twice", []edit{{english, "{#qi-and-blood-stagnation}", "{#why-pain-lasts}"}, {chinese, "{#qi-and-blood-stagnation}", "{#why-pain-lasts}"}}},
	{"passage: name too long", []edit{{english, "{#why-pain-lasts}", "{#why-pain-lasts-long-after-the-injury-has-healed}"}}},
	{"passage: question empty", []edit{{english, "Why can pain go on after an injury has healed?", ""}}},
	{"passage: footnote in the question", []edit{{english, "has healed? {", "has healed?[^iasp] {"}}},
	{"passage: none", []edit{{"testdata/library/new.md", "", frontMatter("new") + "\n"}}},
	{"passage: no answer", []edit{{"testdata/library/new.md", "", frontMatter("new") + "## What? {#what}\n\nAlso asked:\n- which\n"}}},
	{"passage: no source", []edit{{english, "Chinese medicine.[^iasp]", "Chinese medicine."}}},
	{"passage: no other ways to ask", []edit{{english, "Also asked:\n\n* qi stagnation\n* what does stagnation mean\n", ""}}},
	{"passage: same question as another", []edit{{english, "* qi stagnation", "* Why does it still hurt, months later?!"}}},
	{"passage: phrasing twice", []edit{{english, "* qi stagnation", "* What does stagnation mean?"}}},

	{"field: evidence unknown", []edit{{english, "Evidence: Moderate", "Evidence: modrate"}}},
	{"field: evidence like no other", []edit{{english, "Evidence: Moderate", "Evidence: I believe so"}}},
	{"field: twice", []edit{{english, "Evidence: Moderate", "Evidence: moderate\n\nEvidence: moderate"}}},
	{"field: no list", []edit{{english, "Not:\n- why does a fresh injury hurt\n", "Not:\n"}}},
	{"field: on the same line", []edit{{english, "Not:\n- why does", "Not: why does\n- why does"}}},
	{"field: misspelt", []edit{{english, "Also asked:\n- why", "Also ask:\n- why"}}},
	{"field: empty point", []edit{{english, "* qi stagnation", "*"}}},
	{"field: footnote in a phrasing", []edit{{english, "* qi stagnation", "* qi stagnation[^iasp]"}}},

	{"footnote: no definition", []edit{{english, "light touch.[^iasp][^han2004]", "light touch.[^iasp][^han2005]"}}},
	{"footnote: never used", []edit{{english, "[^han2004]: Han", "[^spare]: Spare. Book. 1999. (checked: listed)\n[^han2004]: Han"}}},
	{"footnote: defined twice", []edit{{english, "[^han2004]: Han", "[^iasp]: IASP. (checked: listed)\n[^han2004]: Han"}}},
	{"footnote: not checked", []edit{{english, " (checked: opened)", ""}}},
	{"footnote: checked how", []edit{{english, "(checked: opened)", "(checked: yes)"}}},
	{"footnote: strange address", []edit{{english, "<https://www.iasp-pain.org/resources/terminology/>", "<ftp://www.iasp-pain.org/terminology>"}}},
	{"footnote: script as address", []edit{{english, "[PubMed](https://pubmed.ncbi.nlm.nih.gov/15135942/)", "[PubMed](javascript:alert)"}}},
	{"footnote: two addresses", []edit{{english, "(checked: opened)", "https://doi.org/10.1016/j.neulet.2003.12.019 (checked: opened)"}}},
	{"footnote: address only", []edit{{english, "International Association for the Study of Pain. *Terminology*. <", "<"}}},
	{"footnote: empty", []edit{{english, "[^han2004]: Han", "[^spare]:\n\n[^han2004]: Han"}}},
	{"footnote: two paragraphs", []edit{{english, "(checked: opened)", "(checked: opened)\n\n    More."}}},
	{"footnote: next text swallowed", []edit{{english, "(checked: opened)", "(checked: opened)\nMore."}}},
	{"footnote: mark inside", []edit{{english, "Neurosci Lett 2004", "Neurosci Lett[^iasp] 2004"}}},
	{"footnote: malformed name", []edit{{english, "[^han2004]: Han", "[^han 2004]: Han"}}},
	{"footnote: hidden character in a name", []edit{{english, "light touch.[^iasp][^han2004]", "light touch.[^iasp][^han\u202e2004]"}}},
	{"footnote: mark not closed", []edit{{english, "light touch.[^iasp][^han2004]", "light touch.[^iasp][^han2004"}}},
	{"footnote: space in a mark", []edit{{english, "light touch.[^iasp][^han2004]", "light touch.[^iasp][^han 2004]"}}},
	{"footnote: stands alone", []edit{{english, "Call {{clinic.phone}}", "[^iasp]\n\nCall {{clinic.phone}}"}}},

	{"markdown: text before the first question", []edit{{english, "## Why", "A few words.\n\n## Why"}}},
	{"markdown: title as heading", []edit{{english, "## Why", "# Understanding pain\n\n## Why"}}},
	{"markdown: deeper heading", []edit{{english, "Two things", "### Details\n\nTwo things"}}},
	{"markdown: HTML", []edit{{english, "Two things", "<div>a</div>\n\nTwo <b>things</b>"}}},
	{"markdown: comment", []edit{{english, "Two things", "<!-- ask Ann -->\n\nTwo things"}}},
	{"markdown: picture", []edit{{english, "Two things", "![spine](spine.png) Two things"}}},
	{"markdown: table", []edit{{english, "Two things", "| a | b |\n|---|---|\n| c | d |\n\nTwo things"}}},
	{"markdown: code", []edit{{english, "Two things", "    indented\n\n```\nfenced\n```\n\n`Two` things"}}},
	{"markdown: quotation", []edit{{english, "Two things", "> Two things"}}},
	{"markdown: dividing line", []edit{{english, "Two things", "***\n\nTwo things"}}},
	{"markdown: list in a list", []edit{{english, "- Moving a little", "- Moving:\n  - a little"}}},
	{"markdown: second paragraph in a point", []edit{{english, "- Moving a little", "- Moving\n\n  a little"}}},
	{"markdown: link", []edit{{english, "Two things", "[Two](https://example.org) things"}}},
	{"markdown: address in a sentence", []edit{{english, "Two things", "See https://example.org/a. Two things"}}},
	{"markdown: named address", []edit{{english, "Call {{", "[iasp]: https://example.org\n\nCall {{"}}},
	{"markdown: bold that is none", []edit{{english, "Two things", "** Two things **"}}},
	{"markdown: character code", []edit{{english, "Two things", "Two&#8203; things"}}},

	{"answer: too long", []edit{{english, "Two things", strings.Repeat("This is a short and plain sentence. ", 20) + "Two things"}}},
	{"answer: too short", []edit{{english, "It is used for pain that is\nsharp and stays in one spot. People have likened it to a jam on a road, where nothing moves on.\n", ""}}},
	{"answer: hard to read", []edit{{english, "It is used for pain", "Sensitisation phenomena necessitate comprehensive multidisciplinary evaluation and continuous interdisciplinary consultation. It is used for pain"}}},
	{"answer: too hard to read", []edit{{english, "It is used for pain", "Sensitisation phenomena necessitate comprehensive multidisciplinary evaluation, and it is used for pain"},
		{english, "It is a traditional view and no medical finding", "It is a traditional interpretation, epistemologically incommensurable with contemporary medical understanding"}}},
	{"answer: promises", []edit{{english, "That is real pain.", "Acupuncture cures it."}}},
	{"fine: a promise denied", []edit{{english, "That is real pain.", "No one can say that it cures pain, and nothing is guaranteed."}}},
	{"answer: Chinese too long", []edit{{chinese, "這種痛是真的", strings.Repeat("痛是身體發出的警報。", 30) + "這種痛是真的"}}},
	{"answer: Chinese too short", []edit{{chinese, "中醫用它來形容像針刺一樣、位置固定的疼痛。有人把它比作道路塞車\uff0c車輛都動不了。", ""}}},
	{"answer: Chinese sentences long", []edit{{chinese, "是中醫的一種證型。[^iasp]中醫用它來形容像針刺一樣、位置固定的疼痛。有人把它比作道路塞車\uff0c車輛都動不了。這是", "是中醫的一種證型\uff0c[^iasp]中醫用它來形容像針刺一樣、位置固定的疼痛\uff0c有人把它比作道路塞車\uff0c車輛都動不了\uff0c這是"}, {chinese, "不是醫學診斷。醫生", "不是醫學診斷\uff0c醫生"}, {chinese, "其他原因。", "其他原因。你可以帶同這一頁去問問你的醫生或註冊中醫師。"}}},
	{"answer: Chinese sentences too long", []edit{{chinese, "是中醫的一種證型。[^iasp]中醫用它來形容像針刺一樣、位置固定的疼痛。有人把它比作道路塞車\uff0c車輛都動不了。這是傳統的看法\uff0c不是醫學診斷。醫生", "是中醫的一種證型\uff0c[^iasp]中醫用它來形容像針刺一樣、位置固定的疼痛\uff0c有人把它比作道路塞車\uff0c車輛都動不了\uff0c這是傳統的看法\uff0c不是醫學診斷\uff0c醫生"}}},
	{"answer: Chinese promises", []edit{{chinese, "這種痛是真的", "針灸可以根治這種痛"}}},

	{"translation: passage missing", []edit{{chinese, "## 甚麼是氣血瘀阻\uff1f {#qi-and-blood-stagnation}", "## 甚麼是氣血瘀阻\uff1f {#stagnation}"}}},
	{"translation: other evidence", []edit{{chinese, "Evidence\uff1amoderate", "Evidence\uff1astrong"}}},
	{"translation: other footnotes", []edit{{chinese, "[^iasp][^han2004]這", "[^iasp]這"}, {chinese, "不了甚麼。[^han2004]", "不了甚麼。"}}},
	{"translation: more footnotes", []edit{{english, "[^iasp][^han2004] That", "[^iasp] That"}, {english, "about it. [^han2004]", "about it."}}},
	{"translation: other address", []edit{{chinese, "https://pubmed.ncbi.nlm.nih.gov/15135942/", "https://pubmed.ncbi.nlm.nih.gov/1/"}}},
	{"translation: original not published", []edit{{english, "status: published", "status: withdrawn"}}},

	{"library: id twice", []edit{{"testdata/library/zz.md", "", frontMatter("understanding-pain") + question("What is new?", "news")}}},
	{"library: question twice", []edit{{"testdata/library/zz.md", "", frontMatter("zz") + question("Injury healed, but still sore?", "zz")}}},
	{"library: draft asks the same", []edit{{"testdata/library/a-draft.md", "", strings.Replace(frontMatter("zz"), "published", "draft", 1) + question("Injury healed, but still sore?", "zz")}}},
	{"fine: a withdrawn article asked the same", []edit{{"testdata/library/old.md", "", strings.Replace(frontMatter("old"), "published", "withdrawn", 1) + question("Injury healed, but still sore?", "old")}}},

	{"every problem at once", []edit{{english, "reviewed_by:", "reviewd_by:"}, {english, "Evidence: Moderate", "Evidence: modrate"},
		{english, " (checked: opened)", ""}, {chinese, "lang: zh-Hant", "lang: zh"}}},
}

// frontMatter returns good front matter of an English article.
func frontMatter(id string) string {
	return "---\nid: " + id + "\ntitle: News\nlang: en\npublisher: Us\nstatus: published\nreviewed_by: Ann\nreviewed_on: 2026-11-22\nreview_due: 2027-11-22\n---\n"
}

// question returns a good passage.
func question(question, name string) string {
	return "## " + question + " {#" + name + "}\n\nAlso asked:\n- " + name + " please\n\n" +
		strings.Repeat("This is a short and plain sentence.[^a] ", 8) + "\n\n[^a]: Ann. A book. 2020. (checked: opened)\n"
}

// TestProblems holds every message to staff against testdata/problems.golden,
// which is meant to be read: it shows what a member of staff sees.
//
// A case whose name begins with "fine" has no problem, any other at least one.
func TestProblems(t *testing.T) {
	var all strings.Builder
	for _, test := range problemTests {
		t.Run(test.name, func(t *testing.T) {
			_, problems := checkEdited(t, test.edits...)
			if fine := strings.HasPrefix(test.name, "fine: "); fine != (len(problems) == 0) {
				t.Errorf("problems: %v", problems)
			}
			all.WriteString("== " + test.name + "\n")
			for _, p := range problems {
				all.WriteString(strings.TrimPrefix(p.String(), "testdata/library/") + "\n")
			}
		})
	}
	compareGolden(t, "problems.golden", all.String())
}
