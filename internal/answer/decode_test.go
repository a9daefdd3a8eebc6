package answer

import (
	"strings"
	"testing"
)

func TestDecode(t *testing.T) {
	const want = "It may help, a little: {x}."
	plain := `{"covered":"full","missing":"","sentences":[{"text":"It may help, a little: {x}.","passages":[1]}]}`
	for name, reply := range map[string]string{
		"plain":           plain,
		"white space":     "\n  " + plain + "\n",
		"code fence":      "```json\n" + plain + "\n```",
		"prose around":    "Here you are:\n" + plain + "\nI hope this helps!",
		"trailing commas": `{"covered":"full","missing":"","sentences":[{"text":"It may help, a little: {x}.","passages":[1,],},],}`,
		"other fields":    strings.Replace(plain, `{"covered"`, `{"note":null,"covered"`, 1),
	} {
		var w wording
		if err := decode(reply, &w); err != nil || w.Covered != "full" || len(w.Sentences) != 1 || w.Sentences[0].Text != want {
			t.Errorf("%s: %v, %+v", name, err, w)
		}
	}
	for name, reply := range map[string]string{
		"empty":        "",
		"prose":        "It may help.",
		"cut short":    plain[:len(plain)-3],
		"list":         "[" + plain + "]x",
		"single quote": strings.ReplaceAll(plain, `"`, "'"),
		"too long":     plain + strings.Repeat(" ", longestReply),
	} {
		if err := decode(reply, new(wording)); name != "list" && err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func TestMendLeavesStringsAlone(t *testing.T) {
	const text = `{"a":"x,] \" ,}", "b": [1]}`
	if got := mend("say " + text + " done"); got != text {
		t.Errorf("mend = %s", got)
	}
}
