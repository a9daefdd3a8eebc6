package discordtest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPings(t *testing.T) {
	const text = "@everyone @here <@1> <@!2> <@&3> <#4> @ everyone"
	for _, test := range []struct {
		name, body string
		want       []string
	}{
		{"nothing said", `{"content":"` + text + `","message_reference":{"message_id":"9"}}`, []string{"everyone", "here", "1", "2", "3", "author"}},
		{"nothing allowed", `{"content":"` + text + `","allowed_mentions":{"parse":[]},"message_reference":{"message_id":"9"}}`, nil},
		{"users allowed", `{"content":"` + text + `","allowed_mentions":{"parse":["users"]}}`, []string{"1", "2"}},
		{"one user allowed", `{"content":"` + text + `","allowed_mentions":{"parse":["roles"],"users":["2"],"replied_user":true},"message_reference":{"message_id":"9"}}`, []string{"2", "3", "author"}},
	} {
		var o outgoing
		if err := json.Unmarshal([]byte(test.body), &o); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, o.pings()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestRefusedMessages(t *testing.T) {
	button := `{"type":2,"label":"a","custom_id":"x"}`
	for _, test := range []struct {
		name, body string
		refused    bool
	}{
		{"text", `{"content":"a"}`, false},
		{"empty", `{"content":""}`, true},
		{"too long", `{"content":"` + strings.Repeat("a", 2001) + `"}`, true},
		{"embed", `{"embeds":[{"description":"a"}]}`, false},
		{"embed too long", `{"embeds":[{"description":"` + strings.Repeat("a", 4097) + `"}]}`, true},
		{"buttons", `{"content":"a","components":[{"type":1,"components":[` + button + `]}]}`, false},
		{"equal buttons", `{"content":"a","components":[{"type":1,"components":[` + button + "," + button + `]}]}`, true},
		{"nonce too long", `{"content":"a","nonce":"` + strings.Repeat("1", 26) + `"}`, true},
	} {
		var o outgoing
		if err := json.Unmarshal([]byte(test.body), &o); err != nil {
			t.Fatal(err)
		}
		if problem := o.problem(); (problem != "") != test.refused {
			t.Errorf("%s: problem %q", test.name, problem)
		}
	}
}
