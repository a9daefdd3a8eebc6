package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"meridian/internal/chat"
)

// asPerson, set in the environment, makes the test binary a program that talks
// over the platform with whoever started it.
const asPerson = "MERIDIAN_TEST_TERMINAL"

// ended is what that program says in the end.
const ended = "ended with <nil>"

func beThePerson() {
	if os.Getenv(asPerson) == "" {
		return
	}
	err := New(os.Stdin, os.Stdout).Run(context.Background(), &recorder{})
	fmt.Println("ended with", err)
	os.Exit(0)
}

func TestMain(m *testing.M) {
	beThePerson()
	goleak.VerifyTestMain(m)
}

// recorder answers every message with two choices and keeps it.
type recorder struct{ got []chat.Message }

func (r *recorder) Handle(_ context.Context, m chat.Message) chat.Reply {
	r.got = append(r.got, m)
	reply := chat.NewReply("en", chat.Text(chat.Paragraph, fmt.Sprintf("Re %q.", m.Command+m.Text+m.Choice)))
	reply.Choices = []chat.Choice{{Label: "First", Value: "v1"}, {Label: "Second", Value: "v2"}}
	return reply
}
func (r *recorder) Waiting(chat.Message) chat.Reply    { return chat.Reply{} }
func (r *recorder) Overloaded(chat.Message) chat.Reply { return chat.Reply{} }

func TestRunMakesMessagesOfLines(t *testing.T) {
	t.Setenv("LC_ALL", "zh_HK.UTF-8")
	in := "1\n\n  does it hurt? \r\n2\n3\n/help\n/Ask does it hurt?\n/etc/hosts\nquit\nnot read\n"
	h := &recorder{}
	var out strings.Builder
	if err := New(strings.NewReader(in), &out).Run(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	want := []chat.Message{
		{ID: "1", Text: "1"}, // nothing to choose yet
		{ID: "2", Text: "does it hurt?"},
		{ID: "3", Choice: "v2"},
		{ID: "4", Text: "3"}, // there is no third choice
		{ID: "5", Command: "help"},
		{ID: "6", Command: "ask", Text: "does it hurt?"},
		{ID: "7", Text: "/etc/hosts"},
	}
	for i := range want {
		want[i].Platform, want[i].Conversation, want[i].Person, want[i].Locale = Name, Name, Name, "zh-HK"
	}
	if diff := cmp.Diff(want, h.got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if strings.Contains(out.String(), prompt) || strings.Contains(out.String(), "\x1b") {
		t.Errorf("prompts or escape sequences in the output of a script:\n%s", out.String())
	}
	if n := strings.Count(out.String(), "not medical advice"); n != len(want) {
		t.Errorf("%d disclaimers for %d replies", n, len(want))
	}
}

func TestRunEndsWithTheInput(t *testing.T) {
	h := &recorder{}
	if err := New(strings.NewReader("does it hurt?"), io.Discard).Run(t.Context(), h); err != nil {
		t.Error(err)
	}
	if len(h.got) != 1 {
		t.Errorf("%d messages, want 1: the last line needs no line break", len(h.got))
	}
}

func TestRunEndsWithTheContext(t *testing.T) {
	in, person := io.Pipe()
	defer person.Close()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- New(in, io.Discard).Run(ctx, &recorder{}) }()
	io.WriteString(person, "does it hurt?\n")
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Run returned %v", err)
	}
}

func TestRunReportsWhatBroke(t *testing.T) {
	broken := errors.New("broken")
	in, person := io.Pipe()
	person.CloseWithError(broken)
	if err := New(in, io.Discard).Run(t.Context(), &recorder{}); !errors.Is(err, broken) {
		t.Errorf("a broken input: Run returned %v", err)
	}
	out, screen := io.Pipe()
	out.CloseWithError(broken)
	if err := New(strings.NewReader("hi\n"), screen).Run(t.Context(), &recorder{}); !errors.Is(err, broken) {
		t.Errorf("a broken output: Run returned %v", err)
	}
}

func TestLocale(t *testing.T) {
	for _, tc := range []struct {
		name string
		env  map[string]string
		want string
	}{
		{"none", nil, ""},
		{"language and encoding", map[string]string{"LANG": "zh_TW.UTF-8"}, "zh-TW"},
		{"LC_ALL wins", map[string]string{"LANG": "en_US.UTF-8", "LC_ALL": "es@euro"}, "es"},
		{"C is no language", map[string]string{"LC_ALL": "C.UTF-8", "LANG": "es_ES"}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := locale(func(key string) string { return tc.env[key] }); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
