package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"meridian/internal/chat"
	"meridian/internal/chat/discord/discordtest"
	"meridian/internal/chat/telegram/telegramtest"
)

// inRepository runs a test where the program is meant to be run: in the folder
// that holds faq/.
func inRepository(t *testing.T) {
	t.Helper()
	t.Chdir("../..")
}

// bot runs the program and returns its exit status and what it printed.
func runBot(t *testing.T, stdin string, env map[string]string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(t.Context(), args, strings.NewReader(stdin), &out, &errs, func(name string) string { return env[name] })
	return status, out.String(), errs.String()
}

func TestUsage(t *testing.T) {
	for _, tc := range []struct {
		args   []string
		status int
		say    string
	}{
		{nil, 2, "usage: bot <command>"},
		{[]string{"help"}, 0, "usage: bot <command>"},
		{[]string{"dance"}, 2, `there is no command "dance"`},
		{[]string{"ask"}, 2, "give a question"},
		{[]string{"ask", "-jsonl", "why"}, 2, "give a question"},
		{[]string{"eval", "-colection", "x"}, 2, "not defined: -colection"},
		{[]string{"run", "-c", "/does/not/exist.toml"}, 1, "copy config.example.toml"},
		{[]string{"version"}, 0, "meridian "},
	} {
		status, out, errs := runBot(t, "", nil, tc.args...)
		if status != tc.status || !strings.Contains(out+errs, tc.say) {
			t.Errorf("bot %s: status %d, printed %q; want %d and %q", tc.args, status, out+errs, tc.status, tc.say)
		}
	}
}

// The two questions that a newcomer is told to ask.
func TestAskAsAPatientSeesIt(t *testing.T) {
	inRepository(t)
	for _, tc := range []struct{ question, lang, passage string }{
		{"why does pain linger after an injury heals?", "en", "understanding-pain/why-pain-lasts"},
		{"腎虛腰痛係點", "zh-Hant", "traditional-view/kidney-deficiency"},
		{"肾虚腰痛是怎么回事", "zh-Hans", "traditional-view/kidney-deficiency"},
	} {
		status, out, errs := runBot(t, "", nil, "ask", "-json", tc.question)
		if status != 0 {
			t.Fatalf("%s: status %d: %s", tc.question, status, errs)
		}
		var r record
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatal(err)
		}
		if r.Kind != "answer" || r.Lang != tc.lang || len(r.Sources) == 0 || r.Sources[0].Passage != tc.passage || r.Hits[0].Passage != tc.passage {
			t.Errorf("%s: %s in %s from %+v", tc.question, r.Kind, r.Lang, r.Sources)
		}
		_, shown, _ := runBot(t, "", nil, "ask", tc.question)
		if strings.TrimSpace(shown) != strings.TrimSpace(r.Text) {
			t.Errorf("%s: ask shows another text than ask -json holds", tc.question)
		}
		if !strings.HasSuffix(strings.TrimSpace(shown), chat.Disclaimer(tc.lang)) {
			t.Errorf("%s: the reply does not end with the disclaimer:\n%s", tc.question, shown)
		}
		for _, s := range r.Sentences {
			if len(s.Cites) == 0 {
				t.Errorf("%s: a sentence without a source: %q", tc.question, s.Text)
			}
		}
	}
}

// The fields and their order are a contract with other programs.
func TestAskJSONHasEveryField(t *testing.T) {
	inRepository(t)
	_, out, _ := runBot(t, "", nil, "ask", "-json", "asdf qwerty")
	var fields []string
	decoder := json.NewDecoder(strings.NewReader(out))
	for depth := 0; ; {
		token, err := decoder.Token()
		if err != nil {
			break
		}
		switch v := token.(type) {
		case json.Delim:
			if v == '{' || v == '[' {
				depth++
			} else {
				depth--
			}
		case string:
			if depth == 1 {
				fields = append(fields, v)
				var skip any
				if err := decoder.Decode(&skip); err != nil {
					t.Fatal(err)
				}
				if skip == nil {
					t.Errorf("%s is null", v)
				}
			}
		}
	}
	want := "id kind code lang text sentences sources hits confidence engine took_us"
	if got := strings.Join(fields, " "); got != want {
		t.Errorf("fields %q, want %q", got, want)
	}
}

func TestAskLines(t *testing.T) {
	inRepository(t)
	in := `{"id":"1","text":"can acupuncture help with migraine"}
not json
{"text":"does it last for that?","history":["can acupuncture help with migraine"]}

{"id":"3","text":"I took a whole bottle of pills"}`
	status, out, errs := runBot(t, in, nil, "ask", "-jsonl")
	if status != 1 || !strings.Contains(errs, "standard input:2: ") {
		t.Errorf("status %d, errors %q; want 1 and the bad line named", status, errs)
	}
	var ids, kinds []string
	for line := range strings.Lines(out) {
		var r record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		ids, kinds = append(ids, r.ID), append(kinds, string(r.Kind))
	}
	if strings.Join(ids, ",") != "1,,3" || kinds[0] != "answer" || kinds[2] != "emergency" {
		t.Errorf("ids %q, kinds %q", ids, kinds)
	}
}

func TestCheck(t *testing.T) {
	inRepository(t)
	if status, out, errs := runBot(t, "", nil, "check"); status != 0 {
		t.Errorf("the shipped content has errors:\n%s%s", out, errs)
	}
	dir := t.TempDir()
	broken := "---\nid: a\ntitel: A\nlang: en\n---\n\n## Why?\n\nBecause.[^x]\n"
	if err := os.WriteFile(filepath.Join(dir, "a.md"), []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, _ := runBot(t, "", nil, "check", dir)
	if status != 1 || !strings.Contains(out, "a.md:3: ") || strings.Count(out, "a.md:") < 4 {
		t.Errorf("status %d, want 1 and every problem with its line:\n%s", status, out)
	}
}

// A clinic adds an idiom of its own; it cannot hide what ships.
func TestClinicSafetyRules(t *testing.T) {
	inRepository(t)
	config := func(rules string) string {
		file := filepath.Join(t.TempDir(), "rules.txt")
		path := filepath.Join(t.TempDir(), "config.toml")
		for name, text := range map[string]string{file: rules, path: fmt.Sprintf("[safety]\nrules = %q\n", file)} {
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return path
	}
	const message = "my friend opens cafe collapsed lung today"
	ask := func(args ...string) string {
		status, out, errs := runBot(t, "", nil, append(append([]string{"ask", "-json"}, args...), message)...)
		if status != 0 {
			t.Fatal(errs)
		}
		var r record
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatal(err)
		}
		return string(r.Kind)
	}
	own := config("IDIOM\n  cafe collapsed lung\n")
	if before, after := ask(), ask("-c", own); before != "emergency" || after == "emergency" {
		t.Errorf("%s without the clinic's idiom, %s with it", before, after)
	}
	status, out, errs := runBot(t, "", nil, "check", "-c", config("IDIOM\n  chest pain\n"))
	if status != 1 || !strings.Contains(out+errs, "rules.txt") {
		t.Errorf("status %d for an idiom that hides chest pain: %s%s", status, out, errs)
	}
}

func TestEvalCollection(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"corpus.jsonl":    `{"_id":"d1","title":"Why does my knee ache?","text":"Joints wear."}` + "\n" + `{"_id":"d2","title":"Opening hours","text":"Nine to five."}` + "\n",
		"queries.jsonl":   `{"_id":"q1","text":"my knee aches"}` + "\n",
		"qrels/test.tsv":  "query-id\tcorpus-id\tscore\nq1\td1\t1\n",
		"qrels/extra.txt": "",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	status, out, errs := runBot(t, "", nil, "eval", "-collection", dir)
	if status != 0 || !strings.Contains(out, "P@1") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	var report map[string]any
	if _, out, _ := runBot(t, "", nil, "eval", "-collection", dir, "-json"); json.Unmarshal([]byte(out), &report) != nil || len(report) == 0 {
		t.Errorf("-json printed %q", out)
	}
}

// The whole program, on both platforms, as it is run: questions come in over
// the real wire protocols, cards go out, and it leaves when told to.
func TestRunServesBothPlatforms(t *testing.T) {
	inRepository(t)
	tg := telegramtest.New()
	defer tg.Close()
	dc := discordtest.New(discordtest.Config{})
	defer dc.Close()
	config := filepath.Join(t.TempDir(), "config.toml")
	text := "[telegram]\napi_base = \"" + tg.URL + "\"\n[discord]\napi_base = \"" + dc.APIBase() + "\"\n[web]\nlisten = \"127.0.0.1:0\"\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"TELEGRAM_TOKEN": telegramtest.Token, "DISCORD_TOKEN": discordtest.Token}
	ctx, stop := context.WithCancel(t.Context())
	var out, log bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"run", "-c", config}, strings.NewReader(""), &out, &log, func(name string) string { return env[name] })
	}()

	tg.Add(telegramtest.Private(7, 1, "why does pain linger after an injury heals?"))
	wait, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if !tg.Await(wait, func() bool { return len(tg.Sent()) > 0 }) {
		t.Fatal("Telegram got no reply")
	}
	dc.AwaitReady(t)
	dc.Say(discordtest.Message{Channel: discordtest.DirectChannel("8"), Author: "8", Content: "腎虛腰痛係點"})
	dc.AwaitSent(t, 1)
	stop()
	select {
	case status := <-ended:
		if status != 0 {
			t.Errorf("left with status %d", status)
		}
	case <-time.After(15 * time.Second):
		t.Fatal("still running long after it was told to stop")
	}
	if reply := tg.Sent()[0].Text; !strings.Contains(reply, chat.Disclaimer("en")) || !strings.Contains(reply, "[1]") {
		t.Errorf("Telegram showed:\n%s", reply)
	}
	if reply := dc.Sent()[0].Content; !strings.Contains(reply, "腎") {
		t.Errorf("Discord showed:\n%s", reply)
	}
	for _, secret := range []string{telegramtest.Token, discordtest.Token, "linger", "腎"} {
		if logged := log.String() + out.String(); strings.Contains(logged, secret) {
			t.Errorf("%q is in the log:\n%s", secret, logged)
		}
	}
}
