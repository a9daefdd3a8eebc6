package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pelletier/go-toml/v2"
)

func noEnv(string) string { return "" }

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The example is the documentation: it must be exactly the defaults, and hold
// every setting there is.
func TestExampleIsTheDefaults(t *testing.T) {
	const example = "../../config.example.toml"
	got, err := Load(example, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Discord.Channels = []string{}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(Secret{})); diff != "" {
		t.Errorf("config.example.toml is not the defaults (-default +example):\n%s", diff)
	}

	text, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "\n"); n >= 80 {
		t.Errorf("config.example.toml has %d lines, want fewer than 80", n)
	}
	var written, known map[string]map[string]any
	if err := toml.Unmarshal(text, &written); err != nil {
		t.Fatal(err)
	}
	all, err := toml.Marshal(Default())
	if err != nil {
		t.Fatal(err)
	}
	if err := toml.Unmarshal(all, &known); err != nil {
		t.Fatal(err)
	}
	for table, settings := range known {
		for key := range settings {
			if _, ok := written[table][key]; !ok {
				t.Errorf("config.example.toml leaves out %s.%s", table, key)
			}
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"an unknown setting", "[discord]\ntokken = \"x\"\n", `:2: unknown setting "discord.tokken"`},
		{"an unknown table", "\n[speech]\nname = \"x\"\n", `:2: unknown setting "speech`},
		{"a value of the wrong type", "[limits]\nworkers = \"many\"\n", ":2: "},
		{"broken TOML", "[limits\n", ":1: "},
		{"a country that is none", "[clinic]\n\ncountry = \"Hong Kong\"\n", `:3: clinic.country: "Hong Kong" is not a country`},
		{"an address without scheme", "[telegram]\napi_base = \"api.telegram.org\"\n", ":2: telegram.api_base: "},
		{"a preview open to the world", "[web]\nlisten = \"0.0.0.0:8080\"\n", ":2: web.listen: "},
		{"a channel that is no ID", "[discord]\nchannels = [\"general\"]\n", ":2: discord.channels: "},
		{"a webhook without a secret", "[telegram]\nwebhook_url = \"https://example.org/hook\"\n", ":1: telegram.webhook_secret_file: "},
		{"a token file that is not there", "[discord]\ntoken_file = \"/does/not/exist\"\n", ":2: discord.token_file: "},
		{"an impossible deadline", "[limits]\ndeadline = \"0s\"\n", ":2: limits.deadline: "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := Load(write(t, "c.toml", tc.text), noEnv)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Load = %v, want an error with %q", err, tc.want)
			}
		})
	}
}

func TestLoadNamesEveryProblem(t *testing.T) {
	_, err := Load(write(t, "c.toml", "[clinic]\ncountry = \"X\"\n[limits]\nworkers = 0\n"), noEnv)
	if err == nil || !strings.Contains(err.Error(), ":2: clinic.country") || !strings.Contains(err.Error(), ":4: limits.workers") {
		t.Errorf("Load = %v, want both problems", err)
	}
}

func TestSecrets(t *testing.T) {
	const token = "123:very-secret"
	file := write(t, "token", token+"\n")
	fromFile, err := Load(write(t, "c.toml", fmt.Sprintf("[telegram]\ntoken_file = %q\n", file)), noEnv)
	if err != nil {
		t.Fatal(err)
	}
	fromEnv, err := Load("", func(name string) string {
		if name == "TELEGRAM_TOKEN" {
			return token
		}
		return ""
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]Config{"file": fromFile, "environment": fromEnv} {
		if got := c.Telegram.Token.Reveal(); got != token {
			t.Errorf("token from the %s = %q", name, got)
		}
		marshalled, err := toml.Marshal(struct{ Token Secret }{c.Telegram.Token})
		if err != nil {
			t.Fatal(err)
		}
		for _, printed := range []string{fmt.Sprint(c), fmt.Sprintf("%+v %#v", c, c), string(marshalled)} {
			if strings.Contains(printed, "very-secret") {
				t.Errorf("the token from the %s is printed: %s", name, printed)
			}
		}
	}
}
