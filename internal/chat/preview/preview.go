// Package preview is a page for staff, on the machine that runs the bot: it
// shows what a patient sees on each platform, side by side. It is a platform
// like the others, so what it shows went the way of every other message.
package preview

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"meridian/internal/chat"
)

// Name is the name of the platform.
const Name = "preview"

// View is one platform as the page shows it.
type View struct {
	// Name heads the view: "Discord" and "Telegram" are drawn as those programs are.
	Name string
	// Render returns the messages that the platform's adapter sends for a reply.
	Render func(chat.Reply) []string
	// HTML turns one such message into HTML that is safe to show, whatever is
	// in it: [DiscordHTML] or [TelegramHTML].
	HTML func(string) string
}

// Options say what to show and where.
type Options struct {
	// Addr is where to listen, a loopback address such as "127.0.0.1:8080";
	// port 0 picks a free one.
	Addr string
	// Views are shown in this order.
	Views []View
	// Desk bounds how many questions are answered and queued.
	Desk chat.DeskOptions
	// Ready is called with the address in use when the page can be opened; may be nil.
	Ready func(addr string)
	Log   *slog.Logger
}

// Platform is the page.
type Platform struct {
	options Options
	addr    string
}

var _ chat.Platform = (*Platform)(nil)

// How long the last replies may take when the bot stops, and how long a browser
// on the same machine may take to read them.
const (
	answerTime = 8 * time.Second
	sendTime   = time.Second
)

// New returns the page. It refuses an address that other machines could reach:
// the page asks nobody for a password.
func New(o Options) (*Platform, error) {
	host, port, err := net.SplitHostPort(o.Addr)
	if err != nil {
		return nil, fmt.Errorf("the preview page cannot listen on %q: %v; write an address such as 127.0.0.1:8080", o.Addr, err)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("the preview page does not listen on %q: other machines could open it, and it has no password; use a loopback address such as 127.0.0.1:8080", o.Addr)
	}
	return &Platform{options: o, addr: net.JoinHostPort(host, port)}, nil
}

// Name returns [Name].
func (p *Platform) Name() string { return Name }

// Run serves the page until ctx is done.
func (p *Platform) Run(ctx context.Context, h chat.Handler) error {
	listener, err := net.Listen("tcp", p.addr)
	if err != nil {
		return fmt.Errorf("the preview page cannot listen on %s: %w; free the port or choose another", p.addr, err)
	}
	desk := chat.NewDesk(h, p.options.Desk, p.options.Log)
	server := &http.Server{
		Handler:           newHandler(p.options.Views, desk),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(p.options.Log.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	if p.options.Ready != nil {
		p.options.Ready(listener.Addr().String())
	}
	select {
	case err = <-served:
		err = fmt.Errorf("serving the preview page on %s: %w", p.addr, err)
	case <-ctx.Done():
	}
	return errors.Join(err, stop(server, desk))
}

// stop takes no more questions, waits for the answers to those that were taken,
// and lets them reach the browser.
func stop(server *http.Server, desk *chat.Desk) error {
	answering, cancel := context.WithTimeout(context.Background(), answerTime)
	defer cancel()
	err := desk.Close(answering)
	sending, cancel := context.WithTimeout(context.Background(), sendTime)
	defer cancel()
	if server.Shutdown(sending) != nil {
		server.Close() // only connections that a browser opened in advance are left
	}
	if err != nil {
		return fmt.Errorf("stopping the preview page: %w", err)
	}
	return nil
}
