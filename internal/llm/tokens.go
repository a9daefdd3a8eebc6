package llm

import openai "github.com/sashabaranov/go-openai"

// Usage is what a call took, in tokens.
type Usage struct {
	Input, Output int
	// Estimated tells that the server did not count one of them, and it was estimated.
	Estimated bool
}

// mostTokens is more than any call takes; a count beyond it is not one.
const mostTokens = 100_000_000

// usage returns what the server counted, estimated where it did not.
func usage(counted openai.Usage, prompt, answer string) Usage {
	u := Usage{Input: counted.PromptTokens, Output: counted.CompletionTokens}
	if u.Input <= 0 || u.Input > mostTokens {
		u.Input, u.Estimated = tokens(prompt), true
	}
	if u.Output <= 0 && answer != "" || u.Output < 0 || u.Output > mostTokens {
		u.Output, u.Estimated = tokens(answer), true
	}
	return u
}

// tokens estimates the tokens in a text, on the dear side: one for three
// characters of ASCII, two for any other. On the paragraphs of the articles in
// faq/ that is 1.3 times what OpenAI's o200k_base counts in English, and 1.5
// times in Chinese (medians); the older cl100k_base counts more in Chinese.
func tokens(text string) int {
	latin, other := 0, 0
	for _, r := range text {
		if r < 0x80 {
			latin++
		} else {
			other++
		}
	}
	return (latin+2)/3 + 2*other
}

// fewestTokens returns a number of tokens that a text of prose certainly has: one
// for eight bytes. No paragraph of the articles in faq/ has fewer than one for
// five, by either tokenizer.
func fewestTokens(text string) int { return len(text) / 8 }
