package safety

import (
	"strings"
	"testing"
	"time"
)

// TestTraps are messages that look harmless and are not.
func TestTraps(t *testing.T) {
	for _, tc := range []struct {
		text string
		want Level
	}{
		{"lol my chest feels like an elephant", Emergency},
		{"probably just gas but my jaw and arm ache too", Emergency},
		{"my wife says I'm overreacting, speech is a bit slurred", Emergency},
		{"no chest pain but I can't feel when I wipe", Emergency},
		{"asking for a friend: took 30 pills an hour ago", Emergency},
		{"acupuncturist said the breathlessness is normal qi release", Emergency},
		{"not sure if this is chest pain or heartburn, pressure in my chest", Emergency},
		{"never had chest pain like this", Emergency},
		{"I'm not suicidal, I just don't want to wake up tomorrow", Crisis},
		{"don't give me the hotline, I want to die", Crisis},
		{"haha maybe I should just end it all", Crisis},
	} {
		if v := shipped.Check(tc.text); v.Level < tc.want {
			t.Errorf("%q is %v %s, want at least %v", tc.text, v.Level, v.Code, tc.want)
		}
	}
}

// TestPersonAndTime is the decision table of who has a sign and when.
func TestPersonAndTime(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       Level
	}{
		{"I, now", "my chest hurts and I can't breathe", Emergency},
		{"somebody with me, now", "my dad's face is drooping", Emergency},
		{"after needling", "since my acupuncture I can't take a deep breath", Emergency},
		{"weeks, with effort", "for weeks my chest gets tight walking uphill", Urgent},
		{"comes and goes", "chest pain that comes and goes", Urgent},
		{"years ago, over", "I had a heart attack in 2019, can people like me get needled", None},
		{"years ago as a reason", "years ago stress gave me chest tightness, can acupuncture help with stress", None},
		{"people in general", "can people with chest pain have acupuncture", None},
		{"a relative, long ago", "my nan had a stroke ten years ago", None},
		{"a relative, now", "my nan is having a stroke", Emergency},
		{"fiction", "in the film he clutches his chest and dies", None},
		{"study", "for my nursing assignment: what are the signs of sepsis", None},
		{"hypothetical", "what would happen if a needle hit a lung", None},
		{"fear", "I'm scared of a punctured lung", None},
		{"denied", "no chest pain, no fever, just want to know the price", None},
		{"denied in a list", "no fever, chills or numbness, just curious how it works", None},
		{"denied in Chinese", "冇心口痛,淨係想問價錢", None},
		{"a long-standing condition", "10-yr sciatica, can acupuncture help", None},
		{"idiom", "these shoes are murdering my toes", None},
		{"Chinese idiom", "笑死我", None},
		{"topic word", "what does the heart meridian do", None},
		{"asked about in Chinese", "針灸對頭痛有冇用", None},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if v := shipped.Check(tc.text); v.Level != tc.want {
				t.Errorf("%q is %v %s, want %v", tc.text, v.Level, v.Code, tc.want)
			}
		})
	}
}

func TestLanguages(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"我心口好痛,左手痹埋", "E-CARD"},
		{"我胸口很痛,左胳膊发麻", "E-CARD"},
		{"我胸口很痛,左邊手臂發麻", "E-CARD"},
		{"唔想做人", "K-ACTIVE"},
		{"me duele el pecho", "E-CARD"},
		{"mi papá tiene la cara caída", "E-STROKE"},
		{"no puedo respirar", "E-RESP"},
		{"quiero morir", "K-ACTIVE"},
		{"ya no quiero despertar", "K-PASSIVE"},
		{"mi marido me pega", "K-OTHER"},
		{"chest 好痛 and sweating", "E-CARD"},
	} {
		if got := shipped.Check(tc.text).Code; got != tc.want {
			t.Errorf("%q is %q, want %q", tc.text, got, tc.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, tc := range []struct {
		text string
		want string
	}{
		{"my baby is 6 weeks old and has 38.5", "E-CHILD"},
		{"my son is 6 years old and has 38.5", "U-CHILD"},
		{"temp 38.6 since yesterday", "U-INFECT"},
		{"temperature of 101.5 F", "U-INFECT"},
		{"I took 30 tablets", "E-POISON"},
		{"I take 2 tablets a day", ""},
		{"寶寶出生四十日,發燒", "E-CHILD"},
		{"im 13 and i hate myself", "K-MINOR"},
		{"im 13 weeks pregnant and happy", ""},
		{"I am 40, does it hurt", ""},
	} {
		if got := shipped.Check(tc.text).Code; got != tc.want {
			t.Errorf("%q is %q, want %q", tc.text, got, tc.want)
		}
	}
}

func TestSignsSplitOverMessages(t *testing.T) {
	for _, tc := range []struct {
		name    string
		text    string
		earlier []string
		want    string
	}{
		{"back pain, then bladder", "and now I can't pee", []string{"my back is killing me", "it really hurts"}, "E-CAUDA"},
		{"swollen leg, then breath", "and a bit breathless", []string{"my calf is swollen"}, "E-PE"},
		{"pregnant, then bleeding", "lots of bleeding", []string{"hi", "I'm 30 weeks pregnant"}, "E-PREG"},
		{"nothing new is not stopped again", "how many sessions do people need", []string{"my chest hurts"}, ""},
		{"never lower than the message alone", "my chest hurts", []string{"for my nursing assignment"}, "E-CARD"},
		{"no sign in any of them", "thanks", []string{"does it hurt"}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := shipped.Check(tc.text, tc.earlier...).Code; got != tc.want {
				t.Errorf("%q is %q, want %q", tc.text, got, tc.want)
			}
		})
	}
}

func TestOverdoseOnPurposeIsBoth(t *testing.T) {
	v := shipped.Check("I took the whole bottle of pills, I want to die")
	if v.Code != "E-POISON" || len(v.Also) == 0 || v.Also[0] != "K-ACTIVE" {
		t.Errorf("got %+v, want E-POISON and also K-ACTIVE", v)
	}
}

func TestLongMessageIsReadToItsEnd(t *testing.T) {
	long := strings.Repeat("the bus was late again today ", 140)
	if n := len([]rune(long)); n < 4000 {
		t.Fatalf("only %d runes", n)
	}
	text := string([]rune(long)[:4000]) + "my chest is being crushed"
	if v := shipped.Check(text); v.Code != "E-CARD" {
		t.Errorf("a sign behind 4,000 runes gives %+v", v)
	}
}

func TestLevels(t *testing.T) {
	for code, want := range map[string]Level{"E-CARD": Emergency, "K-SELF": Crisis, "U-DVT": Urgent, "D-RX": Decline, "NONE": None, "": None} {
		if got := LevelOf(code); got != want {
			t.Errorf("LevelOf(%q) = %v, want %v", code, got, want)
		}
	}
	if None.String() != "none" || Emergency.String() != "emergency" {
		t.Errorf("levels are called %v and %v", None, Emergency)
	}
}

func TestNumbersAreDated(t *testing.T) {
	if on := shipped.NumbersCheckedOn(); on.Before(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("numbers checked on %v", on)
	}
}
