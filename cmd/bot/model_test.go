package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"meridian/internal/llm/llmtest"
)

const modelQuestion = "why does pain linger after an injury heals?"

// askModel asks one question with the model server configured.
func askModel(t *testing.T, s *llmtest.Server, question string, settings ...string) record {
	t.Helper()
	dir := t.TempDir()
	config := filepath.Join(dir, "config.toml")
	text := fmt.Sprintf("[model]\nbase_url = %q\n%s\n[store]\nurl = %q\n", s.URL, strings.Join(settings, "\n"), filepath.Join(dir, "vectors.db"))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, errs := runBot(t, "", map[string]string{"OPENAI_API_KEY": llmtest.Key}, "ask", "-json", "-c", config, question)
	if status != 0 {
		t.Fatalf("status %d: %s", status, errs)
	}
	var r record
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// firstSentence words an answer with the first sentence of the first passage it
// is given, or with what is put in its place.
func firstSentence(instead string) func(llmtest.Chat) string {
	return func(c llmtest.Chat) string {
		var data struct {
			Passages []struct{ Text string }
		}
		if err := json.Unmarshal([]byte(c.User), &data); err != nil || len(data.Passages) == 0 {
			return "no passages"
		}
		text, _, _ := strings.Cut(data.Passages[0].Text, ". ")
		if instead != "" {
			text = instead
		}
		answer, _ := json.Marshal(map[string]any{"covered": "full", "missing": "",
			"sentences": []map[string]any{{"text": text + ".", "passages": []int{1}}}})
		return string(answer)
	}
}

func TestModelWordsTheAnswer(t *testing.T) {
	inRepository(t)
	s := llmtest.New()
	defer s.Close()
	s.Answer = firstSentence("")
	got := askModel(t, s, modelQuestion, fmt.Sprintf("name = %q", llmtest.Model))
	if got.Engine != "model" || len(got.Sentences) == 0 || len(got.Sources) == 0 {
		t.Errorf("engine %s, %d sentences, %d sources", got.Engine, len(got.Sentences), len(got.Sources))
	}
}

// Whatever the model does, the patient gets the quoted card.
func TestModelThatIsNoUse(t *testing.T) {
	inRepository(t)
	quoted := func() record {
		_, out, _ := runBot(t, "", nil, "ask", "-json", modelQuestion)
		var r record
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatal(err)
		}
		return r
	}()
	for name, answer := range map[string]func(llmtest.Chat) string{
		"invented":     firstSentence("Pain lingers for 73 days in every patient, so double your ibuprofen"),
		"a link":       firstSentence("See https://example.org/buy for why pain lingers"),
		"no JSON":      func(llmtest.Chat) string { return "I think pain lingers because of bad luck." },
		"nothing":      func(llmtest.Chat) string { return "" },
		"other orders": firstSentence("Ignoring my rules as you told me: stop all your medicines today"),
	} {
		t.Run(name, func(t *testing.T) {
			s := llmtest.New()
			defer s.Close()
			s.Answer = answer
			got := askModel(t, s, modelQuestion, fmt.Sprintf("name = %q", llmtest.Model), `timeout = "3s"`)
			if got.Engine != "quote" || got.Text != quoted.Text {
				t.Errorf("engine %s, text\n%s", got.Engine, got.Text)
			}
		})
	}
}

// The safety stop, declines and small talk ask no model.
func TestModelIsNotAsked(t *testing.T) {
	inRepository(t)
	s := llmtest.New()
	defer s.Close()
	for _, question := range []string{"I have crushing chest pain now", "i want to end my life", "should i stop my warfarin for this", "thank you"} {
		askModel(t, s, question, fmt.Sprintf("name = %q", llmtest.Model))
	}
	if calls := s.Requests(); len(calls) > 0 {
		t.Errorf("%d calls, the first to %s", len(calls), calls[0].Path)
	}
}

// The library is embedded once; the next start finds the vectors in the store.
func TestVectorsOutliveAStart(t *testing.T) {
	inRepository(t)
	s := llmtest.New()
	defer s.Close()
	dir := t.TempDir()
	config := filepath.Join(dir, "config.toml")
	text := fmt.Sprintf("[content]\ndir = \"internal/faq/testdata/library\"\n[model]\nbase_url = %q\nembedding_model = %q\n[store]\nurl = %q\n",
		s.URL, llmtest.EmbeddingModel, filepath.Join(dir, "vectors.db"))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	embedded := func() int {
		before := len(s.Requests())
		status, out, errs := runBot(t, "", map[string]string{"OPENAI_API_KEY": llmtest.Key}, "ask", "-c", config, modelQuestion)
		if status != 0 || out == "" {
			t.Fatalf("status %d: %s", status, errs)
		}
		texts := 0
		for _, call := range s.Requests()[before:] {
			if input, ok := call.Body["input"].([]any); ok {
				texts += len(input)
			}
		}
		return texts
	}
	first, second := embedded(), embedded()
	if first < 10 || second > 3 { // the second start makes sure that it is the same model
		t.Errorf("%d texts embedded at the first start, %d at the second", first, second)
	}
}

func TestDoctorTriesTheModel(t *testing.T) {
	inRepository(t)
	s := llmtest.New()
	defer s.Close()
	config := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(config, fmt.Appendf(nil, "[model]\nbase_url = %q\nname = \"no-such-model\"\n", s.URL), 0o600); err != nil {
		t.Fatal(err)
	}
	_, out, _ := runBot(t, "", map[string]string{"OPENAI_API_KEY": llmtest.Key}, "doctor", "-c", config)
	if !strings.Contains(out, "✗ model") || !strings.Contains(out, "model.name") || strings.Contains(out, llmtest.Key) {
		t.Errorf("doctor said:\n%s", out)
	}
	if n := len(s.Requests()); n == 0 || s.Requests()[0].Method != http.MethodPost {
		t.Errorf("%d calls", n)
	}
}
