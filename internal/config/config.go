// Package config reads the one configuration file and the secrets, fills in
// what is left out, and refuses nonsense with the line it stands on.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// Config is everything that can be set. The zero value is not usable; start
// from [Default].
type Config struct {
	Clinic   Clinic   `toml:"clinic"`
	Content  Content  `toml:"content"`
	Safety   Safety   `toml:"safety"`
	Web      Web      `toml:"web"`
	Discord  Discord  `toml:"discord"`
	Telegram Telegram `toml:"telegram"`
	Limits   Limits   `toml:"limits"`
	Model    Model    `toml:"model"`
	Store    Store    `toml:"store"`
}

// Clinic says who runs the bot.
type Clinic struct {
	Country string `toml:"country"` // two letters; its emergency and crisis numbers come first
	Facts
	Chinese Facts `toml:"zh-Hant"` // in Traditional Chinese; what is empty is shown as it stands above
}

// Facts are what the content leaves for the clinic to say, as {{clinic.hours}}.
type Facts struct {
	Hours        string `toml:"hours"`
	Address      string `toml:"address"`
	Phone        string `toml:"phone"`
	Booking      string `toml:"booking"`
	Parking      string `toml:"parking"`
	Cancellation string `toml:"cancellation"`
	Languages    string `toml:"languages"`
}

// Named returns the facts by the names that content uses.
func (f Facts) Named() map[string]string {
	return map[string]string{
		"hours": f.Hours, "address": f.Address, "phone": f.Phone, "booking": f.Booking,
		"parking": f.Parking, "cancellation": f.Cancellation, "languages": f.Languages,
	}
}

// Content says where the curated articles are.
type Content struct {
	Dir string `toml:"dir"`
}

// Safety says what the clinic adds to the safety stop.
type Safety struct {
	Rules string `toml:"rules"` // a file of the clinic's own rules and idioms; empty for none
}

// Web is the browser preview.
type Web struct {
	Listen string `toml:"listen"` // a loopback address with port; empty for no web page
}

// Discord is the Discord bot; it runs when there is a token.
type Discord struct {
	TokenFile string   `toml:"token_file"`
	APIBase   string   `toml:"api_base"`
	Guild     string   `toml:"guild"`    // register commands in this server alone, for instant effect
	Channels  []string `toml:"channels"` // answer only here; empty for everywhere
	Embeds    bool     `toml:"embeds"`   // reply with embeds instead of plain text

	// MessageContent asks Discord for the Message Content Intent; without it
	// only replies to the bot that do not mention it are missed.
	MessageContent bool `toml:"message_content"`

	Token Secret `toml:"-"`
}

// Telegram is the Telegram bot; it runs when there is a token.
type Telegram struct {
	TokenFile         string `toml:"token_file"`
	APIBase           string `toml:"api_base"`
	WebhookURL        string `toml:"webhook_url"`    // public https address; empty for long polling
	WebhookListen     string `toml:"webhook_listen"` // where the proxy in front forwards to
	WebhookSecretFile string `toml:"webhook_secret_file"`

	Token         Secret `toml:"-"`
	WebhookSecret Secret `toml:"-"`
}

// Limits bound the work taken at a time.
type Limits struct {
	Workers  int      `toml:"workers"`  // questions answered at the same time, on each platform
	Queue    int      `toml:"queue"`    // questions waiting, on each platform
	Deadline Duration `toml:"deadline"` // for one question
}

// Store is where the vectors of the library are kept; it is opened only with an
// embedding model.
type Store struct {
	URL string `toml:"url"` // a SQLite file, or postgres://user:password@host/name
}

// Model is the language model that words answers better and finds passages by
// meaning. Without a name in Name and EmbeddingModel no call is ever made.
type Model struct {
	BaseURL        string   `toml:"base_url"`
	APIVersion     string   `toml:"api_version"` // of Azure's older addresses; empty for all others
	KeyFile        string   `toml:"key_file"`
	Name           string   `toml:"name"`            // words answers; empty to show the passages themselves
	EmbeddingModel string   `toml:"embedding_model"` // finds by meaning; empty to search by words alone
	Timeout        Duration `toml:"timeout"`         // of one call, retries included
	Concurrency    int      `toml:"concurrency"`     // calls under way at the same time

	// What a day, and a day of one person, may cost; 0 for no limit. Limits in
	// dollars need the prices, in dollars per million tokens.
	TokensPerDay        int64   `toml:"tokens_per_day"`
	DollarsPerDay       float64 `toml:"dollars_per_day"`
	PersonTokensPerDay  int64   `toml:"person_tokens_per_day"`
	PersonDollarsPerDay float64 `toml:"person_dollars_per_day"`
	InputPrice          float64 `toml:"input_price"`
	OutputPrice         float64 `toml:"output_price"`
	EmbeddingPrice      float64 `toml:"embedding_price"`

	// What the model's family does not tell; empty or 0 to leave it to the family.
	Family      string `toml:"family"`
	TokenField  string `toml:"token_field"`
	Temperature string `toml:"temperature"`
	Seed        string `toml:"seed"`
	JSON        string `toml:"json"`
	Effort      string `toml:"effort"`
	Thinking    int    `toml:"thinking"`
	Dimensions  int    `toml:"dimensions"`

	Key Secret `toml:"-"`
}

// Used reports whether a model is named.
func (m Model) Used() bool { return m.Name != "" || m.EmbeddingModel != "" }

// Duration is a time.Duration written as "20s".
type Duration time.Duration

// UnmarshalText reads a duration as [time.ParseDuration] does.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	*d = Duration(v)
	return err
}

// MarshalText writes a duration as [time.Duration.String] does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// Secret is a token. However it is printed, logged or marshalled, it shows only
// whether it is set; [Secret.Reveal] returns it.
type Secret struct{ value string }

// Reveal returns the secret itself; empty when it is not set.
func (s Secret) Reveal() string { return s.value }

// String tells whether the secret is set.
func (s Secret) String() string {
	if s.value == "" {
		return "(not set)"
	}
	return "(secret)"
}

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText hides the secret from encoders and structured logs.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Default returns the configuration of a bot with no file at all.
func Default() Config {
	return Config{
		Content:  Content{Dir: "faq"},
		Web:      Web{Listen: "127.0.0.1:8080"},
		Discord:  Discord{APIBase: "https://discord.com/api/v9", MessageContent: true},
		Telegram: Telegram{APIBase: "https://api.telegram.org", WebhookListen: "127.0.0.1:8443"},
		Limits:   Limits{Workers: 8, Queue: 256, Deadline: Duration(20 * time.Second)},
		Store:    Store{URL: "meridian.db"},
		Model:    Model{BaseURL: "https://api.openai.com/v1", Timeout: Duration(8 * time.Second), Concurrency: 8},
	}
}

// Load reads the file, or only the defaults when path is empty, and the secrets
// from the environment or the files that the settings name. All that is wrong
// is in the one error, each line of it "file:line: what, and what to do".
func Load(path string, getenv func(string) string) (Config, error) {
	c := Default()
	var text []byte
	if path != "" {
		var err error
		if text, err = os.ReadFile(path); err != nil {
			return c, fmt.Errorf("configuration: %w; copy config.example.toml to start from", err)
		}
		decoder := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
		if err := decoder.Decode(&c); err != nil {
			return c, decodeError(path, err)
		}
	}
	check := checker{path: path, text: string(text)}
	check.secret(&c.Discord.Token, getenv, "DISCORD_TOKEN", "discord.token_file", c.Discord.TokenFile)
	check.secret(&c.Telegram.Token, getenv, "TELEGRAM_TOKEN", "telegram.token_file", c.Telegram.TokenFile)
	check.secret(&c.Telegram.WebhookSecret, getenv, "TELEGRAM_WEBHOOK_SECRET", "telegram.webhook_secret_file", c.Telegram.WebhookSecretFile)
	check.secret(&c.Model.Key, getenv, "OPENAI_API_KEY", "model.key_file", c.Model.KeyFile)
	check.values(c)
	return c, errors.Join(check.problems...)
}

// decodeError writes what the TOML decoder found as file:line lines.
func decodeError(path string, err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) {
		var problems []error
		for _, e := range strict.Errors {
			line, _ := e.Position()
			problems = append(problems, fmt.Errorf("%s:%d: unknown setting %q; config.example.toml lists all there are",
				path, line, strings.Join(e.Key(), ".")))
		}
		return errors.Join(problems...)
	}
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		line, _ := decode.Position()
		return fmt.Errorf("%s:%d: %s", path, line, strings.TrimPrefix(decode.Error(), "toml: "))
	}
	return fmt.Errorf("%s: %w", path, err)
}

// checker collects problems with values.
type checker struct {
	path, text string
	problems   []error
}

// bad notes a problem with a setting ("discord.api_base").
func (c *checker) bad(setting, format string, args ...any) {
	where := "the environment"
	if c.path != "" {
		where = fmt.Sprintf("%s:%d", c.path, lineOf(c.text, setting))
	}
	c.problems = append(c.problems, fmt.Errorf("%s: %s: %s", where, setting, fmt.Sprintf(format, args...)))
}

// lineOf returns the line of a setting in TOML text; 1 when it is not there.
func lineOf(text, setting string) int {
	table, key, _ := strings.Cut(setting, ".")
	current, n := "", 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			current = strings.Trim(line, "[] \t")
		}
		if name, _, ok := strings.Cut(line, "="); ok && current == table && strings.TrimSpace(name) == key {
			return n
		}
	}
	return 1
}

// secret reads a secret from the environment, or else from the file.
func (c *checker) secret(to *Secret, getenv func(string) string, variable, setting, file string) {
	if value := strings.TrimSpace(getenv(variable)); value != "" {
		to.value = value
		return
	}
	if file == "" {
		return
	}
	text, err := os.ReadFile(file)
	if err != nil {
		c.bad(setting, "%v; put the token alone in that file, or set %s in the environment", err, variable)
		return
	}
	if to.value = strings.TrimSpace(string(text)); to.value == "" {
		c.bad(setting, "the file %s is empty; put the token alone in it", file)
	}
}

// values checks what the types cannot.
func (c *checker) values(cfg Config) {
	if n := len(cfg.Clinic.Country); n != 0 && n != 2 {
		c.bad("clinic.country", "%q is not a country; write its two letters, such as \"HK\" or \"GB\"", cfg.Clinic.Country)
	}
	if cfg.Content.Dir == "" {
		c.bad("content.dir", "is empty; name the folder of the articles, such as \"faq\"")
	}
	c.loopback("web.listen", cfg.Web.Listen)
	c.address("discord.api_base", cfg.Discord.APIBase)
	c.address("telegram.api_base", cfg.Telegram.APIBase)
	for _, id := range cfg.Discord.Channels {
		if strings.Trim(id, "0123456789") != "" || id == "" {
			c.bad("discord.channels", "%q is not a channel ID; in Discord, right-click the channel and choose Copy Channel ID", id)
		}
	}
	if cfg.Telegram.WebhookURL != "" {
		if !strings.HasPrefix(cfg.Telegram.WebhookURL, "https://") {
			c.bad("telegram.webhook_url", "must start with https://; Telegram accepts nothing else")
		}
		c.loopback("telegram.webhook_listen", cfg.Telegram.WebhookListen)
		if cfg.Telegram.WebhookSecret.Reveal() == "" {
			c.bad("telegram.webhook_secret_file", "a webhook needs a secret; make one with `openssl rand -hex 32` in a file and name it here, or set TELEGRAM_WEBHOOK_SECRET")
		}
	}
	c.model(cfg.Model, cfg.Store)
	if cfg.Limits.Workers < 1 || cfg.Limits.Workers > 256 {
		c.bad("limits.workers", "%d is not between 1 and 256", cfg.Limits.Workers)
	}
	if cfg.Limits.Queue < cfg.Limits.Workers || cfg.Limits.Queue > 100_000 {
		c.bad("limits.queue", "%d is not between limits.workers and 100000", cfg.Limits.Queue)
	}
	if d := time.Duration(cfg.Limits.Deadline); d < time.Second || d > 10*time.Minute {
		c.bad("limits.deadline", "%s is not between 1s and 10m", d)
	}
}

// model checks the settings that no other package would name by their keys.
func (c *checker) model(m Model, store Store) {
	if !m.Used() {
		return
	}
	c.address("model.base_url", m.BaseURL)
	if m.EmbeddingModel != "" && store.URL == "" {
		c.bad("store.url", "is empty; name a file such as \"meridian.db\", or a postgres:// address")
	}
	if m.Timeout <= 0 {
		c.bad("model.timeout", "%s is no time to wait; 8s is usual", time.Duration(m.Timeout))
	}
	if m.Concurrency < 1 {
		c.bad("model.concurrency", "%d calls at a time are none; 8 are usual", m.Concurrency)
	}
	if (m.DollarsPerDay > 0 || m.PersonDollarsPerDay > 0) && m.Name != "" && (m.InputPrice == 0 || m.OutputPrice == 0) {
		c.bad("model.dollars_per_day", "a limit in dollars needs input_price and output_price, in dollars per million tokens")
	}
	for setting, value := range map[string]float64{
		"tokens_per_day": float64(m.TokensPerDay), "dollars_per_day": m.DollarsPerDay, "input_price": m.InputPrice, "output_price": m.OutputPrice,
		"person_tokens_per_day": float64(m.PersonTokensPerDay), "person_dollars_per_day": m.PersonDollarsPerDay, "embedding_price": m.EmbeddingPrice,
	} {
		if value < 0 {
			c.bad("model."+setting, "must not be negative; 0 is no limit")
		}
	}
}

func (c *checker) address(setting, value string) {
	if u, err := url.Parse(value); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		c.bad(setting, "%q is not an address; it looks like \"https://api.example.org\"", value)
	}
}

// loopback demands an address that only this machine can reach: what listens
// there has no log-in of its own.
func (c *checker) loopback(setting, value string) {
	if value == "" {
		return
	}
	host, _, err := net.SplitHostPort(value)
	if err != nil {
		c.bad(setting, "%q is not an address with a port; it looks like \"127.0.0.1:8080\"", value)
		return
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		c.bad(setting, "%q can be reached from outside; use 127.0.0.1 and put a proxy in front", value)
	}
}
