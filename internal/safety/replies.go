package safety

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"meridian/internal/hanzi"
)

//go:embed replies.yaml
var repliesFile []byte

// replies is what the safety stop says.
type replies struct {
	CheckedOn time.Time                      `yaml:"checked_on"`
	Countries []country                      `yaml:"countries"`
	Patterns  map[string]map[string][]string `yaml:"replies"` // by level or code, then language
	Phrases   map[string]map[string]string   `yaml:"phrases"`
	First     map[string]map[string]lines    `yaml:"first"` // by code, then language
}

// country is the numbers of one country.
type country struct {
	Code        string            `yaml:"code"`
	Name        string            `yaml:"name"`
	NameZh      string            `yaml:"name_zh"`
	NameEs      string            `yaml:"name_es"`
	Emergency   string            `yaml:"emergency"`
	EmergencyZh string            `yaml:"emergency_zh"`
	EmergencyEs string            `yaml:"emergency_es"`
	Crisis      string            `yaml:"crisis"`
	CrisisZh    string            `yaml:"crisis_zh"`
	CrisisEs    string            `yaml:"crisis_es"`
	Poison      string            `yaml:"poison"`
	Advice      map[string]string `yaml:"advice"` // who to ask today, by "en" and "zh"
}

// lines is one line or several.
type lines []string

// UnmarshalYAML lets one line stand without brackets.
func (l *lines) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*l = lines{n.Value}
		return nil
	}
	var many []string
	err := n.Decode(&many)
	*l = many
	return err
}

// levelNames are the names of the levels, in code and in replies.yaml.
var levelNames = map[Level]string{Emergency: "emergency", Crisis: "crisis", Urgent: "urgent", Decline: "decline"}

func loadReplies() (*replies, error) {
	var r replies
	d := yaml.NewDecoder(bytes.NewReader(repliesFile))
	d.KnownFields(true)
	if err := d.Decode(&r); err != nil {
		return nil, fmt.Errorf("safety replies: %w", err)
	}
	return &r, nil
}

// NumbersCheckedOn returns the day on which the telephone numbers in the
// replies were last looked up.
func (s *Stop) NumbersCheckedOn() time.Time { return s.replies.CheckedOn }

// KnowsCountry reports whether the replies have the numbers of a country, an
// ISO 3166 code in capitals ("HK"); "EU" stands for the Union.
func (s *Stop) KnowsCountry(code string) bool { return s.replies.country(code) != nil }

// Countries returns the codes that [Stop.KnowsCountry] accepts.
func (s *Stop) Countries() []string {
	var codes []string
	for _, c := range s.replies.Countries {
		codes = append(codes, c.Code)
	}
	return codes
}

func (r *replies) country(code string) *country {
	i := slices.IndexFunc(r.Countries, func(c country) bool { return c.Code == code })
	if i < 0 {
		return nil
	}
	return &r.Countries[i]
}

// Reply returns the lines to show for a verdict above None, at most six, the
// action first, in the language ("en", "zh-Hant", "zh-Hans", "es"). country
// ("HK") puts that country's numbers first; it may be empty.
func (s *Stop) Reply(v Verdict, lang, country string) []string {
	if v.Level == None {
		return nil
	}
	if lang == "zh-Hans" {
		out := s.Reply(v, "zh-Hant", country)
		for i := range out {
			out[i] = hanzi.Simplify(out[i])
		}
		return out
	}
	r := s.replies
	here := r.country(country)
	fill := strings.NewReplacer(
		"{emergency}", r.number(lang, here, emergencyNumber, "local"),
		"{crisis}", r.number(lang, here, crisisNumber, "helpline"),
		"{advice}", r.advice(lang, here),
		"{elsewhere}", inLanguage(r.Phrases["elsewhere_"+v.Level.String()], lang),
	)
	var out []string
	pattern, own := r.Patterns[v.Code]
	if !own {
		pattern = r.Patterns[v.Level.String()]
	}
	for _, line := range inLanguage(pattern, lang) {
		for _, line := range r.fillLine(line, v, lang, here) {
			out = append(out, fill.Replace(line))
		}
	}
	return out
}

// fillLine returns what a line of a pattern stands for in this reply: lines of
// the class, of an overdose, of a crisis beside an emergency, or itself.
func (r *replies) fillLine(line string, v Verdict, lang string, here *country) []string {
	switch line {
	case "{first}":
		return inLanguage(r.First[v.firstLine()], lang)
	case "{poison}":
		if v.Code == "E-POISON" {
			return []string{r.poison(lang, here)}
		}
		return nil
	case "{crisis}":
		if len(v.Also) > 0 {
			return []string{inLanguage(r.Phrases["crisis"], lang)}
		}
		return nil
	}
	return []string{line}
}

// firstLine returns the code whose extra line suits the verdict: what a young
// person needs to hear comes before what the class itself adds.
func (v Verdict) firstLine() string {
	if v.Level == Crisis && slices.Contains(v.Also, "K-MINOR") {
		return "K-MINOR"
	}
	return v.Code
}

// inLanguage returns the text in the language, or in English.
func inLanguage[T any](texts map[string]T, lang string) T {
	if text, ok := texts[lang]; ok {
		return text
	}
	return texts["en"]
}

func (c *country) name(lang string) string {
	switch lang {
	case "zh-Hant":
		return c.NameZh
	case "es":
		return c.NameEs
	}
	return c.Name
}

// lookup is one kind of number of a country, in a language.
type lookup func(c *country, lang string) string

func emergencyNumber(c *country, lang string) string {
	return choose(lang, c.Emergency, c.EmergencyZh, c.EmergencyEs)
}

func crisisNumber(c *country, lang string) string {
	return choose(lang, c.Crisis, c.CrisisZh, c.CrisisEs)
}

func choose(lang, en, zh, es string) string {
	switch {
	case lang == "zh-Hant" && zh != "":
		return zh
	case lang == "es" && es != "":
		return es
	}
	return en
}

// number returns a number of the clinic's country with the country's name; the
// named phrase when the country is not known.
func (r *replies) number(lang string, here *country, n lookup, phrase string) string {
	if here == nil {
		return inLanguage(r.Phrases[phrase], lang)
	}
	return n(here, lang) + " (" + here.name(lang) + ")"
}

func (r *replies) poison(lang string, here *country) string {
	if here == nil || here.Poison == "" {
		return inLanguage(r.Phrases["poison_none"], lang)
	}
	return strings.ReplaceAll(inLanguage(r.Phrases["poison"], lang), "{number}", here.Poison)
}

func (r *replies) advice(lang string, here *country) string {
	key := strings.TrimSuffix(lang, "-Hant")
	if here != nil && here.Advice[key] != "" {
		return here.Advice[key]
	}
	return inLanguage(r.Phrases["advice"], lang)
}
