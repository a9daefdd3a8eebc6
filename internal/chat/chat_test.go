package chat

import "testing"

func TestCutCommand(t *testing.T) {
	for _, tc := range []struct{ line, command, rest string }{
		{"/help", "help", ""},
		{" /Ask  does it hurt? ", "ask", "does it hurt?"},
		{"/ask\nhurts", "ask", "hurts"},
		{"/ask 腰痛", "ask", "腰痛"},
		{"does it hurt?", "", "does it hurt?"},
		{"/etc/hosts hurts", "", "/etc/hosts hurts"},
		{"/", "", "/"},
		{"/ help", "", "/ help"},
		{"", "", ""},
	} {
		if command, rest := CutCommand(tc.line); command != tc.command || rest != tc.rest {
			t.Errorf("CutCommand(%q) = %q, %q, want %q, %q", tc.line, command, rest, tc.command, tc.rest)
		}
	}
}
