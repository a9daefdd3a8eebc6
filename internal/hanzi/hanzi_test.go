package hanzi

import "testing"

func TestSimplify(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"medical terms", "氣血瘀阻、寒濕痹證、肝氣鬱結、腎虛", "气血瘀阻、寒湿痹证、肝气郁结、肾虚"},
		{"a phrase overrides its characters", "乾坤與乾燥", "乾坤与干燥"},
		{"no Chinese is left alone", "does it hurt?", "does it hurt?"},
		{"Simplified is left alone", "针灸能止痛吗", "针灸能止痛吗"},
		{"mixed with Latin", "做acupuncture會唔會痛", "做acupuncture会唔会痛"},
		{"broken UTF-8 is kept", "痛\xff點", "痛\xff点"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Simplify(tc.in); got != tc.want {
				t.Errorf("Simplify(%q) = %q, want %q", tc.in, got, tc.want)
			}
		})
	}
}

func TestDetect(t *testing.T) {
	for _, tc := range []struct {
		in   string
		want Script
	}{
		{"does it hurt", None},
		{"痛", Either},
		{"腎虛腰痛係點", Traditional},
		{"肾虚腰痛是怎么回事", Simplified},
		{"針灸有用嗎", Traditional},
	} {
		if got := Detect(tc.in); got != tc.want {
			t.Errorf("Detect(%q) = %v, want %v", tc.in, got, tc.want)
		}
	}
}

func TestFoldBringsBothScriptsTogether(t *testing.T) {
	traditional, simplified := []rune("氣濕證鬱腎點"), []rune("气湿证郁肾点")
	for i := range traditional {
		if a, b := Fold(traditional[i]), Fold(simplified[i]); a != b {
			t.Errorf("Fold(%c) = %c, Fold(%c) = %c", traditional[i], a, simplified[i], b)
		}
	}
	if Fold('a') != 'a' {
		t.Error("a Latin letter was folded")
	}
}
