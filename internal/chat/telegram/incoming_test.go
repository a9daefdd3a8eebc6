package telegram

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"meridian/internal/chat"
	tg "meridian/internal/chat/telegram/telegramtest"
)

var (
	us    = user{ID: tg.BotID, IsBot: true, Username: tg.BotUsername}
	ada   = &tg.User{ID: 7, Name: "Ada", Language: "zh-hant"}
	group = tg.Chat{ID: -100, Type: "supergroup"}
	alone = tg.Chat{ID: 7, Type: "private"}
	menus = map[string][]chat.Command{"": {{Name: "ask", Description: "Ask"}, {Name: "topics", Description: "Topics"}}}
	ours  = &tg.Message{ID: 3, Chat: group, From: &tg.User{ID: tg.BotID, IsBot: true}, Text: "an answer"}
)

// command marks the first n units of a text as a command.
func command(n int) []tg.Entity { return []tg.Entity{{Type: "bot_command", Length: n}} }

func mention(offset, n int) []tg.Entity {
	return []tg.Entity{{Type: "mention", Offset: offset, Length: n}}
}

var (
	fromAda = chat.Message{Platform: "telegram", ID: "7/5", Conversation: "7", Person: "7", Locale: "zh-hant"}
	inGroup = chat.Message{Platform: "telegram", ID: "-100/5", Conversation: "-100", Person: "7", Locale: "zh-hant", Public: true}
)

func with(m chat.Message, change func(*chat.Message)) *chat.Message { change(&m); return &m }

func asks(m chat.Message, text string) *chat.Message { return orders(m, "", text) }

func orders(m chat.Message, command, text string) *chat.Message {
	m.Command, m.Text = command, text
	return &m
}

// spoken is a message and what is to be made of it: nil for no answer.
type spoken struct {
	name string
	in   tg.Message
	want *chat.Message
}

func checkSpoken(t *testing.T, tests []spoken) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.in.ID = 5
			check(t, tg.Update{Message: &test.in}, test.want)
		})
	}
}

func TestToMessagePrivate(t *testing.T) {
	checkSpoken(t, []spoken{
		{"private", tg.Message{Chat: alone, From: ada, Text: " why? "}, asks(fromAda, "why?")},
		{"private command", tg.Message{Chat: alone, From: ada, Text: "/START", Entities: command(6)}, orders(fromAda, "start", "")},
		{"private command with words", tg.Message{Chat: alone, From: ada, Text: "/ask why?", Entities: command(4)}, orders(fromAda, "ask", "why?")},
		{"private unknown command", tg.Message{Chat: alone, From: ada, Text: "/foo", Entities: command(4)}, orders(fromAda, "foo", "")},
		{"private mention", tg.Message{Chat: alone, From: ada, Text: "@meridian_bot why?", Entities: mention(0, 13)}, asks(fromAda, "why?")},
		{"private voice", tg.Message{Chat: alone, From: ada, Voice: json.RawMessage(`{"file_id":"x"}`)}, asks(fromAda, "")},
		{"private photo with caption", tg.Message{Chat: alone, From: ada, Photo: json.RawMessage(`[{}]`), Caption: "is this bad?"}, asks(fromAda, "is this bad?")},
		{"one message per album", tg.Message{Chat: alone, From: ada, Photo: json.RawMessage(`[{}]`), Album: "a1"},
			with(fromAda, func(m *chat.Message) { m.ID = "7/a1" })},
		{"private note of Telegram", tg.Message{Chat: alone, From: ada, Pinned: &tg.Message{ID: 1}}, nil},
		{"entities outside the text", tg.Message{Chat: alone, From: ada, Text: "hi", Entities: []tg.Entity{
			{Type: "mention", Offset: -1, Length: 2}, {Type: "mention", Offset: 1, Length: 5}, {Type: "mention", Offset: 9, Length: 1},
			{Type: "bot_command", Length: 1 << 62}}}, asks(fromAda, "hi")},
	})
}

func TestToMessageGroup(t *testing.T) {
	checkSpoken(t, []spoken{
		{"group chatter", tg.Message{Chat: group, From: ada, Text: "hello all"}, nil},
		{"group chatter that names the bot", tg.Message{Chat: group, From: ada, Text: "is @meridian_bot any good?"}, nil},
		{"group photo", tg.Message{Chat: group, From: ada, Photo: json.RawMessage(`[{}]`)}, nil},
		{"group command", tg.Message{Chat: group, From: ada, Text: "/ask why?", Entities: command(4)}, orders(inGroup, "ask", "why?")},
		{"group command to us", tg.Message{Chat: group, From: ada, Text: "/ask@Meridian_Bot why?", Entities: command(17)}, orders(inGroup, "ask", "why?")},
		{"group start", tg.Message{Chat: group, From: ada, Text: "/start", Entities: command(6)}, orders(inGroup, "start", "")},
		{"group unknown command to us", tg.Message{Chat: group, From: ada, Text: "/foo@meridian_bot", Entities: command(17)}, orders(inGroup, "foo", "")},
		{"group command to another bot", tg.Message{Chat: group, From: ada, Text: "/ask@other_bot why?", Entities: command(14)}, nil},
		{"group command to another bot as a reply to us", tg.Message{Chat: group, From: ada, Text: "/ask@other_bot", Entities: command(14), ReplyTo: ours}, nil},
		{"group unknown command", tg.Message{Chat: group, From: ada, Text: "/ban me", Entities: command(4)}, nil},
		{"group command within a text", tg.Message{Chat: group, From: ada, Text: "try /ask", Entities: []tg.Entity{{Type: "bot_command", Offset: 4, Length: 4}}}, nil},
		{"group mention", tg.Message{Chat: group, From: ada, Text: "@Meridian_Bot why?", Entities: mention(0, 13)}, asks(inGroup, "why?")},
		{"group mention at the end", tg.Message{Chat: group, From: ada, Text: "why? @meridian_bot", Entities: mention(5, 13)}, asks(inGroup, "why?")},
		{"group mention after emoji", tg.Message{Chat: group, From: ada, Text: "😖😖 @meridian_bot 痛", Entities: mention(5, 13)}, asks(inGroup, "😖😖  痛")},
		{"group mention twice", tg.Message{Chat: group, From: ada, Text: "@meridian_bot why @meridian_bot",
			Entities: append(mention(0, 13), mention(18, 13)...)}, asks(inGroup, "why")},
		{"group mention of a longer name", tg.Message{Chat: group, From: ada, Text: "@meridian_bot2 why?", Entities: mention(0, 14)}, nil},
		{"group mention by ID", tg.Message{Chat: group, From: ada, Text: "Meridian why?",
			Entities: []tg.Entity{{Type: "text_mention", Length: 8, User: &tg.User{ID: tg.BotID}}}}, asks(inGroup, "why?")},
		{"group mention of somebody by ID", tg.Message{Chat: group, From: ada, Text: "Bob why?",
			Entities: []tg.Entity{{Type: "text_mention", Length: 3, User: &tg.User{ID: 9}}}}, nil},
		{"group mention in a caption", tg.Message{Chat: group, From: ada, Photo: json.RawMessage(`[{}]`), Caption: "@meridian_bot what is it?",
			CaptionMarks: mention(0, 13)}, asks(inGroup, "what is it?")},
		{"group reply to us", tg.Message{Chat: group, From: ada, Text: "and why?", ReplyTo: ours}, asks(inGroup, "and why?")},
		{"group reply to somebody", tg.Message{Chat: group, From: ada, Text: "and why?", ReplyTo: &tg.Message{From: ada}}, nil},
		{"group reply to nobody", tg.Message{Chat: group, From: ada, Text: "and why?", ReplyTo: &tg.Message{}}, nil},
	})
}

func TestToMessageTopic(t *testing.T) {
	checkSpoken(t, []spoken{
		{"topic", tg.Message{Chat: group, From: ada, Topic: 44, InTopic: true, Text: "/ask why?", Entities: command(4)},
			with(inGroup, func(m *chat.Message) { m.Conversation, m.Command, m.Text = "-100/44", "ask", "why?" })},
		{"topic that the bot opened", tg.Message{Chat: group, From: ada, Topic: 44, InTopic: true, Text: "hello all",
			ReplyTo: &tg.Message{ID: 44, From: ours.From, TopicCreated: json.RawMessage(`{"name":"x"}`)}}, nil},
		{"chain of replies outside a forum", tg.Message{Chat: group, From: ada, Topic: 44, Text: "why?", ReplyTo: ours}, asks(inGroup, "why?")},
	})
}

func TestToMessageAuthor(t *testing.T) {
	checkSpoken(t, []spoken{
		{"another bot", tg.Message{Chat: group, From: &tg.User{ID: 8, IsBot: true}, Text: "@meridian_bot why?", Entities: mention(0, 13)}, nil},
		{"anonymous administrator", tg.Message{Chat: group, From: &tg.User{ID: 1087968824, IsBot: true}, SenderChat: &group, Text: "/ask why?", Entities: command(4)},
			with(inGroup, func(m *chat.Message) { m.Person, m.Locale, m.Command, m.Text = "-100", "", "ask", "why?" })},
		{"in the name of a channel, without a sender", tg.Message{Chat: group, SenderChat: &tg.Chat{ID: -200, Type: "channel"}, Text: "/ask why?", Entities: command(4)},
			with(inGroup, func(m *chat.Message) { m.Person, m.Locale, m.Command, m.Text = "-200", "", "ask", "why?" })},
		{"copied from the group's channel", tg.Message{Chat: group, SenderChat: &tg.Chat{ID: -200}, AutoForwarded: true, Text: "/ask", Entities: command(4)}, nil},
		{"nobody", tg.Message{Chat: group, Text: "/ask why?", Entities: command(4)}, nil},
		{"channel", tg.Message{Chat: tg.Chat{ID: -1, Type: "channel"}, From: ada, Text: "/ask why?", Entities: command(4)}, nil},
		{"nowhere", tg.Message{From: ada, Text: "/ask why?", Entities: command(4)}, nil},
	})
}

func TestToMessageTap(t *testing.T) {
	tests := []struct {
		name string
		in   tg.Update
		want *chat.Message
	}{
		{"private", tg.Update{CallbackQuery: &tg.Callback{ID: "c9", From: ada, Data: "t:x", Message: &tg.Message{ID: 3, Chat: alone}}},
			&chat.Message{Platform: "telegram", ID: "tap/c9", Conversation: "7", Person: "7", Locale: "zh-hant", Choice: "t:x"}},
		{"topic", tg.Update{CallbackQuery: &tg.Callback{ID: "c9", From: ada, Data: "t:x", Message: &tg.Message{ID: 3, Chat: group, Topic: 44, InTopic: true}}},
			&chat.Message{Platform: "telegram", ID: "tap/c9", Conversation: "-100/44", Person: "7", Locale: "zh-hant", Public: true, Choice: "t:x"}},
		{"no message", tg.Update{CallbackQuery: &tg.Callback{ID: "c9", From: ada, Data: "t:x"}}, nil},
		{"no data", tg.Update{CallbackQuery: &tg.Callback{ID: "c9", From: ada, Message: &tg.Message{ID: 3, Chat: alone}}}, nil},
		{"no person", tg.Update{CallbackQuery: &tg.Callback{ID: "c9", Data: "t:x", Message: &tg.Message{ID: 3, Chat: alone}}}, nil},
		{"a bot", tg.Update{CallbackQuery: &tg.Callback{ID: "c9", From: &tg.User{ID: 8, IsBot: true}, Data: "t:x", Message: &tg.Message{ID: 3, Chat: alone}}}, nil},
		{"edit", tg.Update{EditedMessage: &tg.Message{ID: 3, Chat: alone, From: ada, Text: "why?"}}, nil},
		{"channel post", tg.Update{ChannelPost: &tg.Message{ID: 3, Chat: tg.Chat{ID: -1, Type: "channel"}, Text: "news"}}, nil},
		{"unknown kind", tg.Update{}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { check(t, test.in, test.want) })
	}
}

// check sends the update over the wire format and compares what is made of it.
func check(t *testing.T, in tg.Update, want *chat.Message) {
	t.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var u update
	if err := json.Unmarshal(raw, &u); err != nil {
		t.Fatal(err)
	}
	got, ok := newListener(us, menus).toMessage(u)
	if !ok {
		if want != nil {
			t.Error("no message")
		}
		return
	}
	if want == nil {
		t.Fatalf("a message: %+v", got)
	}
	if diff := cmp.Diff(*want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzToMessage(f *testing.F) {
	f.Add(`{"message":{"chat":{"id":7,"type":"private"},"from":{"id":7},"text":"/ask 😖","entities":[{"type":"bot_command","length":4}]}}`)
	f.Add(`{"message":{"chat":{"id":-7,"type":"group"},"from":{"id":7},"text":"@meridian_bot","entities":[{"type":"mention","offset":0,"length":13}]}}`)
	f.Add(`{"callback_query":{"id":"1","from":null,"message":{"chat":{}}}}`)
	l := newListener(us, menus)
	f.Fuzz(func(t *testing.T, raw string) {
		var u update
		if json.Unmarshal([]byte(raw), &u) != nil {
			return
		}
		m, ok := l.toMessage(u)
		if ok && (m.ID == "" || m.Conversation == "" || m.Person == "") {
			t.Errorf("%q: %+v", raw, m)
		}
	})
}
