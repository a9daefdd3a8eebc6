// Package terminal is the chat platform for one person at a terminal. Lines can
// be edited and called back where there is a terminal to do it; without one,
// as in a script, each line that is read is a message.
package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"

	"meridian/internal/chat"
)

// Name is the name of the platform.
const Name = "terminal"

const (
	prompt  = "> "
	welcome = "Ask a question. /help says what I can do; quit or Ctrl-D leaves."
)

// Platform is a conversation over a pair of streams.
type Platform struct {
	in          io.Reader
	out         io.Writer
	interactive bool // both streams are the terminal that started the program
	locale      string

	taken   int           // messages so far
	choices []chat.Choice // of the last reply
}

var _ chat.Platform = (*Platform)(nil)

// New returns the platform that reads from in and writes to out.
func New(in io.Reader, out io.Writer) *Platform {
	return &Platform{
		in: in, out: out,
		interactive: in == os.Stdin && out == os.Stdout && isTerminal(in) && isTerminal(out),
		locale:      locale(os.Getenv),
	}
}

// Name returns [Name].
func (p *Platform) Name() string { return Name }

// Run answers line by line until the person leaves, the input ends or ctx is done.
func (p *Platform) Run(ctx context.Context, h chat.Handler) error {
	lines := p.open()
	defer lines.Close()
	if p.interactive {
		fmt.Fprintln(p.out, welcome)
	}
	for {
		line, err := next(ctx, lines)
		switch {
		case errors.Is(err, errLeft) || errors.Is(err, io.EOF) || ctx.Err() != nil:
			if p.interactive {
				fmt.Fprintln(p.out) // leave the line of the prompt
			}
			return nil
		case err != nil:
			return fmt.Errorf("reading the terminal: %w", err)
		}
		m, ok := p.message(line)
		if !ok {
			continue
		}
		reply := h.Handle(ctx, m)
		p.choices = reply.Choices
		if _, err := io.WriteString(p.out, p.style().card(reply)); err != nil {
			return fmt.Errorf("writing to the terminal: %w", err)
		}
	}
}

// next reads a line. A read cannot be called back, so when ctx is done first
// the read is left behind; it ends with the next key or the end of the input.
func next(ctx context.Context, l lines) (string, error) {
	type result struct {
		line string
		err  error
	}
	read := make(chan result, 1)
	go func() {
		line, err := l.Prompt(prompt)
		read <- result{line, err}
	}()
	select {
	case r := <-read:
		if leaves(r.line) {
			return "", errLeft
		}
		return r.line, r.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func leaves(line string) bool {
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "quit", "exit", "/quit", "/exit":
		return true
	}
	return false
}

// message makes a message of a line: a number taps the choice with that number
// below the last reply, and "/help" is a command. ok is false for a blank line.
func (p *Platform) message(line string) (m chat.Message, ok bool) {
	line = strings.TrimSpace(strings.ToValidUTF8(line, "\uFFFD"))
	if line == "" {
		return m, false
	}
	p.taken++
	m = chat.Message{
		Platform: Name, ID: strconv.Itoa(p.taken), Conversation: Name, Person: Name, Locale: p.locale,
	}
	if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(p.choices) {
		m.Choice = p.choices[n-1].Value
	} else {
		m.Command, m.Text = chat.CutCommand(line)
	}
	return m, true
}

// locale reads the language tag ("zh-TW") that the environment asks for.
func locale(getenv func(string) string) string {
	for _, key := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := getenv(key); value != "" {
			value, _, _ = strings.Cut(value, ".")
			value, _, _ = strings.Cut(value, "@")
			if value == "C" || value == "POSIX" {
				return ""
			}
			return strings.ReplaceAll(value, "_", "-")
		}
	}
	return ""
}

func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// style returns how to write now: the window may have changed its width.
func (p *Platform) style() style {
	s := style{width: plainWidth}
	if file, ok := p.out.(*os.File); ok && isTerminal(file) {
		if columns, _, err := term.GetSize(int(file.Fd())); err == nil && columns > 0 {
			s.width = min(columns, maxWidth)
		}
		s.bold = os.Getenv("NO_COLOR") == ""
	}
	return s
}
