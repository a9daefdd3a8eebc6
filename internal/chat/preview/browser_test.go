package preview

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

const chromium = "/usr/bin/chromium"

// browse opens a page in a browser without a window.
func browse(t *testing.T, url string) context.Context {
	t.Helper()
	if _, err := os.Stat(chromium); err != nil {
		t.Skip("there is no " + chromium)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	ctx, quit := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.Flag("disable-dev-shm-usage", true))...)
	t.Cleanup(quit)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1200, 800), chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	return ctx
}

func TestInABrowser(t *testing.T) {
	addr, cancel, ended := run(t, echo{})
	defer func() { cancel(); <-ended }()
	ctx := browse(t, "http://"+addr)
	hostile := `<img src=x onerror="document.title='broken'"> **bold** [a](<javascript:alert(1)>)`
	err := chromedp.Do(ctx,
		chromedp.WaitVisible(`[data-view="Telegram"] .bot`), // the greeting
		chromedp.SendKeys("#text", hostile+"\r"),
		chromedp.WaitVisible(`[data-view="Telegram"] .patient ~ .bot`),
		chromedp.WaitVisible(`[data-view="Discord"] .patient ~ .bot`),
	)
	if err != nil {
		t.Fatal(err)
	}
	seen := func(expression string) string {
		t.Helper()
		text, err := chromedp.Run(ctx, chromedp.Evaluate[string](expression))
		if err != nil {
			t.Fatalf("%s: %v", expression, err)
		}
		return text
	}
	for _, tc := range []struct{ expression, want string }{
		{`document.querySelector('[data-view="Telegram"] .patient ~ .bot .text').innerText`, "Re: " + hostile},
		{`document.querySelector('[data-view="Discord"] .patient .text').innerText`, hostile},
		{`document.querySelector('[data-view="Discord"] .patient ~ .bot .text strong').innerText`, "bold"},
		{`document.querySelector('[data-view="Discord"] .patient ~ .bot').lang`, "zh-Hant"},
		{`document.querySelector("#plain").textContent`, "Re: " + hostile},
		{`String(document.querySelectorAll(".message img, .message a, .message script").length)`, "0"},
		{`document.title`, "Meridian preview"},
		{`String(document.querySelector("#problem").hidden)`, "true"},
	} {
		if got := seen(tc.expression); !strings.HasPrefix(got, tc.want) {
			t.Errorf("%s is %q, want %q", tc.expression, got, tc.want)
		}
	}
	if err := chromedp.Do(ctx,
		chromedp.Click(`[data-view="Telegram"] .patient ~ .choices .choice`),
		chromedp.WaitVisible(`[data-view="Discord"] .patient ~ .patient ~ .bot`),
	); err != nil {
		t.Fatal(err)
	}
	if got := seen(`[...document.querySelectorAll('[data-view="Discord"] .bot .text')].at(-1).innerText`); !strings.HasPrefix(got, "Re: pt:more") {
		t.Errorf("after a tap: %q", got)
	}
	if err := chromedp.Do(ctx, chromedp.Click("#restart"), chromedp.WaitNotPresent(".patient")); err != nil {
		t.Error("the conversation does not start again: ", err)
	}
}

// TestPhoneShowsOneView checks the tabs on a narrow screen.
func TestPhoneShowsOneView(t *testing.T) {
	addr, cancel, ended := run(t, echo{})
	defer func() { cancel(); <-ended }()
	ctx := browse(t, "http://"+addr)
	if err := chromedp.Do(ctx,
		chromedp.EmulateViewport(390, 780),
		chromedp.WaitVisible(`[data-view="Discord"] .bot`),
		chromedp.WaitNotVisible(`[data-view="Telegram"]`),
		chromedp.Click(`#tabs label:last-child span`),
		chromedp.WaitVisible(`[data-view="Telegram"] .bot`),
		chromedp.WaitNotVisible(`[data-view="Discord"]`),
	); err != nil {
		t.Error(err)
	}
	if wide, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > innerWidth`)); err != nil || wide {
		t.Errorf("the page is wider than the screen: %v, error %v", wide, err)
	}
}

func TestTheBrowserSaysWhenNoAnswerCame(t *testing.T) {
	addr, cancel, ended := run(t, echo{})
	ctx := browse(t, "http://"+addr)
	if err := chromedp.Do(ctx, chromedp.WaitVisible(`[data-view="Telegram"] .bot`)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := chromedp.Do(ctx, chromedp.SendKeys("#text", "hello\r"), chromedp.WaitVisible("#problem")); err != nil {
		t.Error(err)
	}
}
