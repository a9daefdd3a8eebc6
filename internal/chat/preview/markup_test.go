package preview

import (
	"html"
	"regexp"
	"strings"
	"testing"
)

func TestTelegramHTML(t *testing.T) {
	const link = `<a href="https://a.b/?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">`
	for _, tc := range []struct{ name, in, want string }{
		{"plain", "it hurts", "it hurts"},
		{"styles", "<b>bold <i>both</i></b>", "<b>bold <i>both</i></b>"},
		{"entities", "a &lt;b&gt; &amp; &quot;c&quot;", "a &lt;b&gt; &amp; &#34;c&#34;"},
		{"link", `<a href="https://a.b/?x=1&amp;y=2">Han</a>`, link + "Han</a>"},
		{"script is text", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
		{"attributes are text", `<b onclick="x()">hi</b>`, `&lt;b onclick=&#34;x()&#34;&gt;hi&lt;/b&gt;`},
		{"a script as address is text", `<a href="javascript:x()">hi</a>`, `&lt;a href=&#34;javascript:x()&#34;&gt;hi&lt;/a&gt;`},
		{"a hidden script as address", `<a href="java&#115;cript:x()">hi</a>`, `&lt;a href=&#34;java&amp;#115;cript:x()&#34;&gt;hi&lt;/a&gt;`},
		{"an address that breaks out", `<a href="https://a.b/&quot;onclick=x">hi</a>`, `<a href="https://a.b/&#34;onclick=x" target="_blank" rel="noopener noreferrer">hi</a>`},
		{"an open tag is closed", "<b>hi", "<b>hi</b>"},
		{"tags that cross", "<b><i>hi</b></i>", "<b><i>hi&lt;/b&gt;</i></b>"},
		{"a stray end is text", "hi</b>", "hi&lt;/b&gt;"},
		{"an address on another tag is text", `<b href="https://a.b">hi`, `&lt;b href=&#34;https://a.b&#34;&gt;hi`},
		{"broken UTF-8", "\xff<b>\xfe</b>", "\ufffd<b>\ufffd</b>"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := TelegramHTML(tc.in); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func TestDiscordHTML(t *testing.T) {
	const link = `<a href="https://a.b/c" target="_blank" rel="noopener noreferrer">`
	for _, tc := range []struct{ name, in, want string }{
		{"lines", "one\n\ntwo", "<p>one</p><p><br></p><p>two</p>"},
		{"styles", "**bold** *italic* ***both***", "<p><strong>bold</strong> <em>italic</em> <strong><em>both</em></strong></p>"},
		{"a list", "Signs:\n- numb\n- **weak**\nend", "<p>Signs:</p><ul><li>numb</li><li><strong>weak</strong></li></ul><p>end</p>"},
		{"a list at the end", "- numb", "<ul><li>numb</li></ul>"},
		{"small print", "-# *not advice*", "<p><small><em>not advice</em></small></p>"},
		{"link", `[Han \[1\] **2004**](<https://a.b/c>)`, "<p>" + link + "Han [1] <strong>2004</strong></a></p>"},
		{"address", "<https://a.b/c>", "<p>" + link + "https://a.b/c</a></p>"},
		{"escapes", `\*\*no\*\* \- \# 5 \< 6 \\`, "<p>**no** - # 5 &lt; 6 \\</p>"},
		{"an escaped mark ends nothing", `*a\*b*`, "<p><em>a*b</em></p>"},
		{"a lone mark is text", "2 * 3 **", "<p>2 * 3 **</p>"},
		{"a backslash before a letter stays", `C:\temp`, `<p>C:\temp</p>`},
		{"HTML is text", "<b>hi</b> <img src=x onerror=y>", "<p>&lt;b&gt;hi&lt;/b&gt; &lt;img src=x onerror=y&gt;</p>"},
		{"a script as address is text", "[hi](<javascript:x()>)", "<p>[hi](&lt;javascript:x()&gt;)</p>"},
		{"an address that breaks out", `[hi](<https://a.b/"onclick="x>)`, `<p><a href="https://a.b/&#34;onclick=&#34;x" target="_blank" rel="noopener noreferrer">hi</a></p>`},
		{"Chinese", "**氣血**瘀阻", "<p><strong>氣血</strong>瘀阻</p>"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := DiscordHTML(tc.in); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func FuzzTelegramHTML(f *testing.F) {
	f.Add(`<b>x</b><a href="https://a.b">y</a>&lt;script&gt;`)
	f.Add("<a href=\"https://a.b\"><script>\x00</a>")
	f.Fuzz(func(t *testing.T, text string) { checkSafe(t, TelegramHTML(text)) })
}

func FuzzDiscordHTML(f *testing.F) {
	f.Add("- **a** [b](<https://c.d>)\n-# *e*\n\\*<script>")
	f.Add("***[a*](<https://b.c/\">)**")
	f.Fuzz(func(t *testing.T, text string) { checkSafe(t, DiscordHTML(text)) })
}

var (
	safeTag  = regexp.MustCompile(`</?(?:a|b|code|em|i|li|p|pre|s|small|strong|u|ul)>|<br>|<a href="https?://[^"<>]+" target="_blank" rel="noopener noreferrer">`)
	tagName  = regexp.MustCompile(`^</?([a-z]+)`)
	danger   = regexp.MustCompile(`[<>"']`)
	harmless = regexp.MustCompile(`&(?:amp|lt|gt|#34|#39);`)
)

// checkSafe checks that HTML holds only the tags we know, properly nested, and
// that all else is escaped.
func checkSafe(t *testing.T, shown string) {
	t.Helper()
	var open []string
	for _, tag := range safeTag.FindAllString(shown, -1) {
		name := tagName.FindStringSubmatch(tag)[1]
		switch {
		case name == "br":
		case !strings.HasPrefix(tag, "</"):
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			t.Fatalf("%s does not close what is open, %q, in %q", tag, open, shown)
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("%q is left open in %q", open, shown)
	}
	rest := safeTag.ReplaceAllString(shown, "")
	if danger.MatchString(rest) || html.UnescapeString(rest) != unescapeKnown(rest) {
		t.Errorf("not escaped: %q in %q", rest, shown)
	}
}

// unescapeKnown replaces the entities that escaping makes, and no others.
func unescapeKnown(s string) string {
	return harmless.ReplaceAllStringFunc(s, html.UnescapeString)
}
