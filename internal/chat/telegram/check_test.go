package telegram

import (
	"fmt"
	"strings"
	"testing"

	"meridian/internal/chat/telegram/telegramtest"
)

func TestCheck(t *testing.T) {
	hook := Webhook{ListenAddress: "127.0.0.1:0", PublicURL: "https://bot.example/tg", Secret: hookSecret}
	tests := []struct {
		name    string
		webhook Webhook
		prepare func(*bench)
		want    string // in the remedy of the one finding that is not OK; empty for none
	}{
		{"all is well", Webhook{}, func(*bench) {}, ""},
		{"all is well with the webhook", hook, func(b *bench) { b.SetWebhook(hook.PublicURL, "") }, ""},
		{"token refused", Webhook{}, func(b *bench) { b.Fail("getMe", telegramtest.Refuse(401, "Unauthorized")) }, "@BotFather"},
		{"server away", Webhook{}, func(b *bench) { b.Fail("getMe", telegramtest.Gateway(502)) }, "reaches it"},
		{"webhook unknown", Webhook{}, func(b *bench) { b.Fail("getWebhookInfo", telegramtest.Gateway(502)) }, "again"},
		{"privacy mode off", Webhook{}, func(b *bench) { b.ReadsAll = true }, "/setprivacy"},
		{"webhook in the way", Webhook{}, func(b *bench) { b.SetWebhook("https://old.example/"+telegramtest.Token, "") }, "removes the webhook"},
		{"webhook of another", hook, func(b *bench) { b.SetWebhook("https://old.example/"+telegramtest.Token, "") }, "another program"},
		{"webhook broken", hook, func(b *bench) { b.SetWebhook(hook.PublicURL, "Wrong response from the webhook: 502 Bad Gateway") }, "proxy"},
		{"backlog", Webhook{}, func(b *bench) {
			for id := range int64(backlog + 1) {
				b.Add(telegramtest.Private(7, id, "hello"))
			}
		}, "start the bot"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, Options{Webhook: test.webhook})
			test.prepare(b)
			var remedies []string
			for _, f := range b.platform.Check(t.Context()) {
				noToken(t, fmt.Sprint(f))
				if f.What == "" || f.OK != (f.Remedy == "") {
					t.Errorf("%+v", f)
				}
				if !f.OK {
					remedies = append(remedies, f.Remedy)
				}
			}
			switch {
			case test.want == "" && len(remedies) > 0,
				test.want != "" && (len(remedies) != 1 || !strings.Contains(remedies[0], test.want)):
				t.Errorf("remedies %q, want %q", remedies, test.want)
			}
		})
	}
}
