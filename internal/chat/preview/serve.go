package preview

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"html/template"
	"mime"
	"net"
	"net/http"
	"regexp"
	"strings"

	"meridian/internal/chat"
)

//go:embed page
var files embed.FS

var page = template.Must(template.ParseFS(files, "page/index.html"))

// policy lets the page load its own files and nothing else, and run no script
// that stands in the page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// maxBody bounds a request, in bytes.
const maxBody = 16 << 10

// server answers the requests of the page.
type server struct {
	views []View
	desk  *chat.Desk
}

func newHandler(views []View, desk *chat.Desk) http.Handler {
	s := server{views, desk}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.index)
	mux.HandleFunc("POST /ask", s.ask)
	for _, name := range []string{"preview.css", "preview.js", "icon.svg"} {
		mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, r *http.Request) {
			http.ServeFileFS(w, r, files, "page/"+name)
		})
	}
	return guard(http.NewCrossOriginProtection().Handler(mux))
}

// guard refuses requests under a name that is not this machine's, by which a
// foreign web page could reach this one, and sets the headers of every answer.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if !isLoopback(r.Host) {
			http.Error(w, "open this page as http://127.0.0.1 or http://localhost", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isLoopback tells whether the Host header names this machine itself.
func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

func (s server) index(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	page.Execute(w, s.views) // fails only when the browser has gone
}

// request is what the page sends: something written, or the value of a button.
type request struct {
	Session string `json:"session"` // the conversation; a new one for each visit
	Text    string `json:"text"`
	Choice  string `json:"choice"`
}

var session = regexp.MustCompile(`^[A-Za-z0-9-]{8,64}$`)

// answer is what it gets.
type answer struct {
	Lang    string   `json:"lang"`
	Plain   string   `json:"plain"` // the reply as plain text
	Views   []shown  `json:"views"` // in the order of the page
	Choices []choice `json:"choices"`
}

type shown struct {
	Name  string   `json:"name"`
	Parts []string `json:"parts"` // HTML, safe to show
}

type choice struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

func (s server) ask(w http.ResponseWriter, r *http.Request) {
	m, status := message(w, r)
	if status != http.StatusOK {
		http.Error(w, http.StatusText(status), status)
		return
	}
	out, done := make(outlet, 1), make(chan struct{})
	s.desk.Take(m, out, func() { close(done) })
	select {
	case <-done:
	case <-r.Context().Done():
		return
	}
	select {
	case reply := <-out:
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(s.show(reply)) // fails only when the browser has gone
	default:
		http.Error(w, "the bot is too busy or is stopping", http.StatusServiceUnavailable)
	}
}

// message reads a request. The status is 200, or says what is wrong with it.
func message(w http.ResponseWriter, r *http.Request) (m chat.Message, status int) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return m, http.StatusUnsupportedMediaType
	}
	var q request
	body := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	body.DisallowUnknownFields()
	if err := body.Decode(&q); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return m, http.StatusRequestEntityTooLarge
		}
		return m, http.StatusBadRequest
	}
	q.Text = strings.TrimSpace(q.Text)
	if !session.MatchString(q.Session) || (q.Text == "") == (q.Choice == "") || len(q.Choice) > chat.MaxChoiceValue {
		return m, http.StatusBadRequest
	}
	m = chat.Message{Platform: Name, Conversation: q.Session, Person: q.Session, Locale: locale(r), Choice: q.Choice}
	m.Command, m.Text = chat.CutCommand(q.Text)
	return m, http.StatusOK
}

// locale returns the language that the browser likes best.
func locale(r *http.Request) string {
	first, _, _ := strings.Cut(r.Header.Get("Accept-Language"), ",")
	tag, _, _ := strings.Cut(first, ";")
	return strings.TrimSpace(tag)
}

func (s server) show(r chat.Reply) answer {
	a := answer{Lang: r.Lang, Plain: r.PlainText(), Views: []shown{}, Choices: []choice{}}
	for _, v := range s.views {
		view := shown{Name: v.Name, Parts: []string{}}
		for _, part := range v.Render(r) {
			view.Parts = append(view.Parts, v.HTML(part))
		}
		a.Views = append(a.Views, view)
	}
	for _, c := range r.Choices {
		a.Choices = append(a.Choices, choice(c))
	}
	return a
}

// outlet holds the reply for the request that waits for it.
type outlet chan chat.Reply

var _ chat.Outlet = outlet(nil)

func (o outlet) Typing(context.Context)                   {}
func (o outlet) Notice(context.Context, chat.Reply) error { return nil }

func (o outlet) Send(_ context.Context, r chat.Reply) error {
	o <- r
	return nil
}
