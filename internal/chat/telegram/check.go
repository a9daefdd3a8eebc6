package telegram

import (
	"context"
	"fmt"

	"meridian/internal/chat"
)

// backlog is how many updates may wait before the check calls it a backlog.
const backlog = 100

// Check looks at the token, the webhook and the bot's settings at Telegram, and
// tells what to do about what is wrong. It changes nothing.
func (p *Platform) Check(ctx context.Context) []chat.Finding {
	defer p.api.close()
	var me user
	if err := p.api.call(ctx, "getMe", nil, &me); err != nil {
		return []chat.Finding{{
			What:   err.Error(),
			Remedy: "check the token (from @BotFather), the API address, and that this machine reaches it",
		}}
	}
	findings := []chat.Finding{{OK: true, What: "telegram: the token belongs to @" + me.Username}, privacy(me)}
	var hook webhookInfo
	if err := p.api.call(ctx, "getWebhookInfo", nil, &hook); err != nil {
		return append(findings, chat.Finding{What: err.Error(), Remedy: "try again in a minute"})
	}
	return append(findings, p.delivery(hook), waiting(hook))
}

type webhookInfo struct {
	URL       string `json:"url"`
	Pending   int    `json:"pending_update_count"`
	LastError string `json:"last_error_message"`
}

// privacy judges what the bot is sent of what people write in groups.
func privacy(me user) chat.Finding {
	if me.ReadsAll {
		return chat.Finding{
			What:   "telegram: privacy mode is off: the bot is sent everything that is written in its groups",
			Remedy: "switch it on with @BotFather (/setprivacy, Enable); the bot needs only what is addressed to it",
		}
	}
	return chat.Finding{OK: true, What: "telegram: privacy mode is on: in groups the bot is sent commands, mentions and replies to it"}
}

// delivery judges whether updates can reach the bot the way it is set up. It
// does not quote the address of a webhook, which may hold a secret.
func (p *Platform) delivery(hook webhookInfo) chat.Finding {
	switch {
	case p.webhook == (Webhook{}) && hook.URL == "":
		return chat.Finding{OK: true, What: "telegram: the bot fetches its updates"}
	case p.webhook == (Webhook{}):
		return chat.Finding{
			What:   "telegram: a webhook is set, but the bot is set up to fetch its updates",
			Remedy: "starting the bot removes the webhook; if another program needs it, give each a bot of its own",
		}
	case hook.URL != p.webhook.PublicURL:
		return chat.Finding{
			What:   "telegram: the webhook is not set to the public address of this bot",
			Remedy: "starting the bot sets it; if it changes back, another program uses the same token",
		}
	case hook.LastError != "":
		return chat.Finding{
			What:   "telegram: Telegram could not reach the webhook lately: " + p.api.redact(hook.LastError),
			Remedy: "check the proxy in front of the bot: its certificate, and that it passes on the header " + secretHeader,
		}
	}
	return chat.Finding{OK: true, What: "telegram: the webhook is set and works"}
}

func waiting(hook webhookInfo) chat.Finding {
	what := fmt.Sprintf("telegram: %d updates wait to be taken", hook.Pending)
	if hook.Pending > backlog {
		return chat.Finding{What: what, Remedy: "start the bot; if it runs, look into its log"}
	}
	return chat.Finding{OK: true, What: what}
}
