package terminal

import (
	"bufio"
	"errors"
	"io"

	"github.com/peterh/liner"
)

// lines is where lines come from.
type lines interface {
	// Prompt asks for a line and returns it without its end.
	Prompt(prompt string) (string, error)
	Close() error
}

// errLeft tells that the person wants to leave.
var errLeft = errors.New("left")

func (p *Platform) open() lines {
	if p.interactive {
		l := liner.NewLiner()
		l.SetCtrlCAborts(true)
		return editor{l}
	}
	s := bufio.NewScanner(p.in)
	s.Buffer(nil, maxLine)
	return stream{s}
}

// editor reads from a terminal. What was typed can be called back with the
// arrow keys; it is never written to disk.
type editor struct{ *liner.State }

func (e editor) Prompt(prompt string) (string, error) {
	line, err := e.State.Prompt(prompt)
	if errors.Is(err, liner.ErrPromptAborted) {
		return "", errLeft
	}
	if err == nil && line != "" {
		e.AppendHistory(line)
	}
	return line, err
}

// maxLine is the longest line of a script, in bytes.
const maxLine = 1 << 20

// stream reads from anything else.
type stream struct{ *bufio.Scanner }

func (s stream) Prompt(string) (string, error) {
	if s.Scan() {
		return s.Text(), nil
	}
	if err := s.Err(); err != nil {
		return "", err
	}
	return "", io.EOF
}

func (s stream) Close() error { return nil }
