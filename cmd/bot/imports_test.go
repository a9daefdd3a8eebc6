package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// mayImport is the direction of imports among our packages, lowest first.
// internal/hanzi, the two scripts of Chinese, may be imported by all.
var mayImport = map[string][]string{
	"internal/hanzi":         {},
	"internal/config":        {},
	"internal/faq":           {},
	"internal/safety":        {},
	"internal/llm":           {},
	"internal/store":         {},
	"internal/chat":          {},
	"internal/chat/discord":  {"internal/chat"},
	"internal/chat/telegram": {"internal/chat"},
	"internal/chat/terminal": {"internal/chat"},
	"internal/chat/preview":  {"internal/chat"},
	"internal/retrieve":      {},
	"internal/answer":        {"internal/faq", "internal/safety", "internal/retrieve"},
	"internal/bot":           {"internal/chat", "internal/answer", "internal/faq"},
	"internal/eval":          {"internal/faq", "internal/safety", "internal/retrieve", "internal/answer"},
	"cmd/bot":                nil, // everything
	"internal/retrieve/zipf": {},  // passages to time retrieval on
	// Fakes that speak a platform's or a model server's wire protocol, for tests alone.
	"internal/chat/discord/discordtest":   {},
	"internal/chat/telegram/telegramtest": {},
	"internal/llm/llmtest":                {},
}

// sdk says which package alone, with its fake, may import a vendor's library.
var sdk = map[string]string{
	"github.com/bwmarrin/discordgo":                      "internal/chat/discord",
	"github.com/go-telegram-bot-api/telegram-bot-api/v5": "internal/chat/telegram",
	"github.com/sashabaranov/go-openai":                  "internal/llm",
	"github.com/yuin/goldmark":                           "internal/faq",
	"github.com/pelletier/go-toml/v2":                    "internal/config",
	"github.com/peterh/liner":                            "internal/chat/terminal",
	"modernc.org/sqlite":                                 "internal/store",
	"github.com/jackc/pgx/v5":                            "internal/store",
	"github.com/jackc/pgx/v5/stdlib":                     "internal/store",
}

func TestImportsPointOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "meridian/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(p.ImportPath, "meridian/")
		allowed, known := mayImport[name]
		if !known {
			t.Errorf("package %s has no line in mayImport", name)
			continue
		}
		for _, imported := range p.Imports {
			if ours, ok := strings.CutPrefix(imported, "meridian/"); ok && allowed != nil &&
				ours != "internal/hanzi" && !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s, which is not below it", name, ours)
			}
			if home, ok := sdk[imported]; ok && name != home && path.Dir(name) != home {
				t.Errorf("%s imports %s, which only %s may", name, imported, home)
			}
		}
	}
}
