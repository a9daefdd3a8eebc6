package telegramtest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// call makes one call and returns the description of the refusal, empty for none.
func call(t *testing.T, s *Server, method string, form url.Values, result any) (refused string) {
	t.Helper()
	response, err := http.PostForm(s.URL+"/bot"+Token+"/"+method, form)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer := struct {
		OK          bool   `json:"ok"`
		Description string `json:"description"`
		Result      any    `json:"result"`
	}{Result: result}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer.Description
}

func TestMessages(t *testing.T) {
	s := New()
	defer s.Close()
	s.Block(9)
	s.Migrate(-5, -1005)
	long := strings.Repeat("😖", 2048) // 4096 units
	tests := []struct {
		name string
		form url.Values
		want string
	}{
		{"plain", url.Values{"chat_id": {"7"}, "text": {"<b>"}}, ""},
		{"markup", url.Values{"chat_id": {"7"}, "text": {"<b>x</b>"}, "parse_mode": {"HTML"}}, ""},
		{"broken markup", url.Values{"chat_id": {"7"}, "text": {"<b>x"}, "parse_mode": {"HTML"}},
			`Bad Request: can't parse entities: Can't find end tag corresponding to start tag "b"`},
		{"as long as may be", url.Values{"chat_id": {"7"}, "text": {"<b>" + long + "</b>"}, "parse_mode": {"HTML"}}, ""},
		{"too long", url.Values{"chat_id": {"7"}, "text": {long + "x"}}, "Bad Request: message is too long"},
		{"empty", url.Values{"chat_id": {"7"}, "text": {"<b> </b>"}, "parse_mode": {"HTML"}}, "Bad Request: message text is empty"},
		{"not UTF-8", url.Values{"chat_id": {"7"}, "text": {"\xff"}}, "Bad Request: strings must be encoded in UTF-8"},
		{"unknown topic", url.Values{"chat_id": {"7"}, "text": {"x"}, "message_thread_id": {"3"}}, "Bad Request: message thread not found"},
		{"blocked", url.Values{"chat_id": {"9"}, "text": {"x"}}, "Forbidden: bot was blocked by the user"},
		{"migrated", url.Values{"chat_id": {"-5"}, "text": {"x"}}, "Bad Request: group chat was upgraded to a supergroup chat"},
		{"button too large", url.Values{"chat_id": {"7"}, "text": {"x"}, "reply_markup": {
			`{"inline_keyboard":[[{"text":"x","callback_data":"` + strings.Repeat("x", 65) + `"}]]}`}}, "Bad Request: BUTTON_DATA_INVALID"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := call(t, s, "sendMessage", test.form, nil); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
	edit := url.Values{"chat_id": {"7"}, "message_id": {"1"}, "text": {"new"}}
	if got := call(t, s, "editMessageText", edit, nil); got != "" || s.Sent()[0].Text != "new" {
		t.Errorf("edit: %q", got)
	}
	if got := call(t, s, "editMessageText", edit, nil); !strings.Contains(got, "message is not modified") {
		t.Errorf("same edit: %q", got)
	}
}

func TestUpdatesComeUntilAcknowledged(t *testing.T) {
	s := New()
	defer s.Close()
	s.Hurry = 0
	var ids []int64
	for i := range int64(3) {
		ids = append(ids, s.Add(Private(7, i, "hello")))
	}
	poll := func(form url.Values) (got []int64) {
		var updates []struct {
			ID int64 `json:"update_id"`
		}
		if refused := call(t, s, "getUpdates", form, &updates); refused != "" {
			t.Fatal(refused)
		}
		for _, u := range updates {
			got = append(got, u.ID)
		}
		return got
	}
	for _, step := range []struct {
		name string
		form url.Values
		want []int64
	}{
		{"all", nil, ids},
		{"all again", nil, ids},
		{"limited", url.Values{"limit": {"2"}}, ids[:2]},
		{"from the second", url.Values{"offset": {"101"}}, ids[1:]},
		{"the first is gone", nil, ids[1:]},
		{"none left", url.Values{"offset": {"103"}}, nil},
	} {
		if diff := cmp.Diff(step.want, poll(step.form)); diff != "" {
			t.Errorf("%s: %s", step.name, diff)
		}
	}
	s.Hurry = 1 << 62
	s.Add(Private(7, 4, "hello"))
	s.Add(Private(7, 5, "hello"))
	if got := poll(url.Values{"offset": {"103"}}); len(got) != 1 {
		t.Errorf("a poll in a hurry brought %v", got)
	}
	s.SetWebhook("https://bot.example", "")
	if got := call(t, s, "getUpdates", nil, nil); !strings.HasPrefix(got, "Conflict: can't use getUpdates method while webhook is active") {
		t.Errorf("with a webhook: %q", got)
	}
}

func TestParseHTML(t *testing.T) {
	tests := []struct {
		in, text string
		entities []Entity
		err      string
	}{
		{in: "a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#x27;", text: `a <b> & "c" 'd'`},
		{in: "&copy; &nbsp; &#0; a&b", text: "&copy; &nbsp; &#0; a&b"},
		{in: "😖<b>x<i>y</i></b>", text: "😖xy", entities: []Entity{{Type: "italic", Offset: 3, Length: 1}, {Type: "bold", Offset: 2, Length: 2}}},
		{in: `<a href="https://a.example/?b&amp;c">x</a>`, text: "x", entities: []Entity{{Type: "text_link", Length: 1, URL: "https://a.example/?b&c"}}},
		{in: "<b></b>x", text: "x"},
		{in: "a < b", err: "Unclosed start tag at byte offset 2"},
		{in: "<p>x</p>", err: `Unsupported start tag "p" at byte offset 0`},
		{in: "x</b>", err: "Unexpected end tag at byte offset 1"},
		{in: "<b><i>x</b></i>", err: `Unmatched end tag at byte offset 7, expected "</i>", found "</b>"`},
		{in: `<a href="x" onclick="y">z</a>`, err: "Unexpected end of name token at byte offset 0"},
	}
	for _, test := range tests {
		text, entities, err := ParseHTML(test.in)
		if test.err != "" {
			if err == nil || err.Error() != test.err {
				t.Errorf("%q: error %v, want %q", test.in, err, test.err)
			}
			continue
		}
		if err != nil || text != test.text {
			t.Errorf("%q: %q, %v; want %q", test.in, text, err, test.text)
		}
		if diff := cmp.Diff(test.entities, entities); diff != "" {
			t.Errorf("%q: %s", test.in, diff)
		}
	}
}

func TestMentions(t *testing.T) {
	got := Mentions("😖 @ada, mail a@b.example @x @\u2060bob (@eve_1)")
	want := []Entity{{Type: "mention", Offset: 3, Length: 4}, {Type: "mention", Offset: 36, Length: 6}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
