package terminal

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestInATerminal runs the platform in a pseudo-terminal and types.
func TestInATerminal(t *testing.T) {
	type step struct{ keys, until string }
	for _, tc := range []struct {
		name, environment string
		steps             []step
	}{
		{"a question is edited, called back, and Ctrl-D leaves", "", []step{
			{"", welcome}, {"", prompt}, {"hurst\x7f\x7fts\r", `Re "hurts".`}, {"\x1b[A?\r", `Re "hurts?".`}, {"\x04", ended},
		}},
		// The x shows that the line editor listens: before, Ctrl-C would be a signal.
		{"a number taps a choice, and Ctrl-C leaves", "", []step{
			{"", prompt}, {"hi\r", `Re "hi".`}, {"2\r", `Re "v2".`}, {"x", prompt + "x"}, {"\x03", ended},
		}},
		{"quit leaves", "", []step{{"", prompt}, {"quit\r", ended}}},
		{"a terminal without editing", "TERM=dumb", []step{{"", prompt}, {"hi\n", `Re "hi".`}, {"quit\n", ended}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			keyboard, screen := openTerminal(t)
			program := exec.CommandContext(t.Context(), os.Args[0])
			program.Env = append(os.Environ(), "TERM=xterm", asPerson+"=1", tc.environment)
			program.Stdin, program.Stdout, program.Stderr = screen, screen, screen
			program.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			if err := program.Start(); err != nil {
				t.Fatal(err)
			}
			screen.Close()
			shown := bufio.NewReader(keyboard)
			for _, s := range tc.steps {
				keyboard.WriteString(s.keys)
				if got := readUntil(shown, s.until); !strings.Contains(got, s.until) {
					t.Fatalf("after %q: want %q, got %q", s.keys, s.until, got)
				}
			}
			if err := program.Wait(); err != nil {
				t.Errorf("the program: %v", err)
			}
		})
	}
}

// openTerminal returns the two ends of a pseudo-terminal of 80 columns.
func openTerminal(t *testing.T) (keyboard, screen *os.File) {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminal on this machine: %v", err)
	}
	t.Cleanup(func() { keyboard.Close() })
	fd := int(keyboard.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: 80}); err != nil {
		t.Fatal(err)
	}
	screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return keyboard, screen
}

// readUntil reads until the text was read or the other end was closed.
func readUntil(r *bufio.Reader, text string) string {
	var shown strings.Builder
	for !strings.Contains(shown.String(), text) {
		c, err := r.ReadByte()
		if err != nil {
			break
		}
		shown.WriteByte(c)
	}
	return shown.String()
}
