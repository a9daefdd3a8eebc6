package bot

import (
	"meridian/internal/chat"
	"meridian/internal/faq"
)

// words holds everything the bot itself says, in one language.
type words struct {
	greeting, thanks, goodbye, about, person string
	examples                                 string // leads to example questions
	notCovered, nearest, elsewhere           string
	askClinic, fillIn                        string // fillIn tells staff; a format: the settings
	worse                                    string // beside a complaint that is not covered
	personal                                 string // to personal details in public
	aside                                    string // left in public when the reply went to the person alone
	offTopic                                 string
	clarify                                  string
	general, forAll                          string // lead to the general passage below a decline: to tap, and itself
	evidence                                 string // a format: label, what it means
	sources, reviewed, notOpened, corrected  string // reviewed is a format: date, by whom
	translated                               string // the passage is in another language
	topics, questions                        string
	waiting, overloaded, apology, gone       string
	dateFormat                               string
	strengths                                map[faq.Evidence][2]string // label and meaning
}

var english = words{
	greeting:   "Hello! I answer questions about acupuncture and pain from a small library of texts, and I always show where an answer comes from.",
	thanks:     "You're welcome. Ask me anything else about acupuncture and pain.",
	goodbye:    "Take care. I'm here whenever you have another question.",
	about:      "I answer questions about acupuncture and pain. Every answer comes from a library of short texts, with its sources shown. When the library doesn't have it, I say so instead of guessing. I can't examine you, tell you what you have, or advise on your own treatment.",
	person:     "I'm a bot, not a person and not a doctor. I look up answers about acupuncture and pain in a library of short texts, and I show the sources.",
	examples:   "You could ask:",
	notCovered: "I don't have a checked answer to that, so I'd rather not guess.",
	nearest:    "The closest questions I can answer:",
	elsewhere:  "For anything about your own health, your doctor, pharmacist or clinic can help.",
	askClinic:  "Only the clinic itself can tell you that: please ask it directly.",
	fillIn:     "(For the clinic's staff: I can answer this once %s is filled in in the configuration.)",
	worse:      "If this is new, severe or getting worse, get medical help now.",
	personal:   "Your message may hold personal details, and others can read it here. You may want to delete it; I keep nothing of it. You can also write to me in a direct message.",
	aside:      "I have replied to you privately.",
	offTopic:   "That's outside what I know: I only answer questions about acupuncture and pain.",
	clarify:    "I want to be sure I answer the right thing. Which of these do you mean?",
	general:    "In general terms, I can tell you:",
	forAll:     "This is what holds in general. It is not about you:",
	evidence:   "Evidence: %s. %s",
	sources:    "Sources",
	reviewed:   "reviewed %s, by: %s",
	notOpened:  "(listed; we have not opened it yet)",
	corrected:  "(corrected record)",
	translated: "I only have this answer in the following language.",
	topics:     "What would you like to read about?",
	questions:  "Which question is yours?",
	waiting:    "One moment: several people are asking. Your answer is on its way. If this can't wait, call your doctor or your local emergency number.",
	overloaded: "I can't answer right now because very many people are asking. Please try again in a minute. If this can't wait, call your doctor or your local emergency number.",
	apology:    "Sorry, something went wrong on my side and I can't answer this now. Please try again in a little while. If this can't wait, call your doctor or your local emergency number.",
	gone:       "That answer is no longer in the library. Please ask your question in your own words.",
	dateFormat: "2 Jan 2006",
	strengths: map[faq.Evidence][2]string{
		faq.Strong:          {"strong", "Large, well-made studies agree."},
		faq.Moderate:        {"moderate", "Good studies point this way; more could change the details."},
		faq.Limited:         {"limited", "Only a few or small studies; more could change the picture."},
		faq.Mixed:           {"mixed", "Studies or guidelines disagree."},
		faq.Insufficient:    {"not enough", "The studies so far can't tell either way."},
		faq.TraditionalView: {"traditional view", "How traditional Chinese medicine explains it; not tested like a medical finding."},
	},
}

var traditional = words{
	greeting:   "你好！我會從一個小資料庫，回答關於針灸和疼痛的問題，並且列明答案出處。",
	thanks:     "不客氣。關於針灸和疼痛，還有問題可以再問我。",
	goodbye:    "保重。有問題隨時再來問。",
	about:      "我回答關於針灸和疼痛的問題。每個答案都來自一個短文資料庫，並列明出處。資料庫沒有的，我會直說，不會亂猜。我不能替你檢查、判斷你有什麼病，也不能就你個人的治療給意見。",
	person:     "我是機械人，不是真人，也不是醫生。我從一個短文資料庫查找針灸和疼痛的答案，並列明出處。",
	examples:   "你可以問：",
	notCovered: "這個問題我沒有核對過的答案，所以不想亂猜。",
	nearest:    "我能回答的相近問題：",
	elsewhere:  "關於你自己的健康，請向醫生、藥劑師或診所查詢。",
	askClinic:  "這個只有診所自己才清楚，請直接向診所查詢。",
	fillIn:     "（給診所職員：在設定檔填上 %s 之後，我就可以回答。）",
	worse:      "如果這是新出現、嚴重或越來越差的情況，請立即求醫。",
	personal:   "你的訊息可能含有個人資料，而這裡其他人都看得到。你可以考慮刪除；我不會保留任何內容。你也可以私訊我。",
	aside:      "我已私下回覆你。",
	offTopic:   "這個不在我的範圍：我只回答關於針灸和疼痛的問題。",
	clarify:    "我想先弄清楚你的問題。你是想問哪一條？",
	general:    "我可以提供一般資料：",
	forAll:     "以下是一般情況，並非針對你個人：",
	evidence:   "證據：%s。%s",
	sources:    "資料來源",
	reviewed:   "%s 覆核，覆核者：%s",
	notOpened:  "（已列出，尚未打開核對）",
	corrected:  "（已更正的紀錄）",
	translated: "這個答案暫時只有以下語言。",
	topics:     "你想看哪個主題？",
	questions:  "哪一條是你的問題？",
	waiting:    "請稍等：現在有幾位在發問，你的答案很快就到。如果不能等，請致電醫生或當地緊急電話。",
	overloaded: "現在發問的人太多，我暫時未能回答，請過一分鐘再試。如果不能等，請致電醫生或當地緊急電話。",
	apology:    "對不起，我這邊出了問題，暫時未能回答，請稍後再試。如果不能等，請致電醫生或當地緊急電話。",
	gone:       "資料庫已沒有這個答案。請用你自己的話再問一次。",
	dateFormat: "2006年1月2日",
	strengths: map[faq.Evidence][2]string{
		faq.Strong:          {"強", "大型而嚴謹的研究結果一致。"},
		faq.Moderate:        {"中等", "良好的研究指向這個結果，細節仍可能改變。"},
		faq.Limited:         {"有限", "只有少數或小型研究，結論可能改變。"},
		faq.Mixed:           {"不一致", "研究或指引之間意見不同。"},
		faq.Insufficient:    {"不足", "現有研究未能下結論。"},
		faq.TraditionalView: {"傳統觀點", "這是中醫的傳統解釋，並非經醫學研究驗證。"},
	},
}

// in returns the words of the language. Simplified Chinese is the Traditional
// wording, which [inScript] converts.
func in(lang string) *words {
	if lang == "zh-Hant" || lang == "zh-Hans" {
		return &traditional
	}
	return &english
}

// Commands returns the commands that platforms offer in their menus, by
// language; the ones under "" are for everybody else.
func Commands() map[string][]chat.Command {
	return map[string][]chat.Command{
		"": {
			{Name: "ask", Description: "Ask a question about acupuncture and pain"},
			{Name: "topics", Description: "See what I can answer"},
			{Name: "help", Description: "What this bot does and does not do"},
		},
		"zh": {
			{Name: "ask", Description: "問一個關於針灸和疼痛的問題"},
			{Name: "topics", Description: "看看我能回答什麼"},
			{Name: "help", Description: "這個機械人做什麼、不做什麼"},
		},
	}
}
