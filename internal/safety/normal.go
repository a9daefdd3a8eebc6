package safety

import (
	"unicode"

	"golang.org/x/text/unicode/norm"

	"meridian/internal/hanzi"
)

// maxRunes is how much of a message is read: a whole message of every
// platform (Telegram's 4096 is the largest).
const maxRunes = 4096

// normalise appends to dst the comparable form of the text, at most limit
// runes of it: compatibility forms, full width and styled letters become
// plain ones, accents and invisible or direction-changing characters go,
// letters that look like Latin ones become those, Chinese becomes Simplified,
// everything is lower case. Emoji become spaces: they never raise or lower a verdict.
func normalise(dst []rune, text string, limit int) []rune {
	limit += len(dst)
	for _, r := range text {
		if len(dst) >= limit {
			break
		}
		switch {
		case 'A' <= r && r <= 'Z':
			dst = append(dst, r+'a'-'A')
		case r < 0x80:
			dst = append(dst, r)
		case unicode.Is(unicode.Han, r):
			dst = append(dst, fold(r))
		default:
			dst = normaliseRare(dst, r)
		}
	}
	return dst
}

// fold returns the form in which a Chinese character is compared.
func fold(r rune) rune {
	if to, ok := variants[r]; ok {
		r = to
	}
	return hanzi.Fold(r)
}

// variants are characters that people use for one another and that are not a
// matter of script.
var variants = map[rune]rune{'痺': '痹', '痠': '酸', '淤': '瘀', '祇': '只', '谂': '諗', '俾': '畀', '尅': '克'}

func normaliseRare(dst []rune, r rune) []rune {
	if to := lookalike(r); to != 0 {
		return append(dst, to)
	}
	var buf [4]byte
	n := copy(buf[:], string(r))
	for _, c := range string(norm.NFKD.Bytes(buf[:n])) {
		if to := lookalike(c); to != 0 {
			c = to
		}
		switch {
		case unicode.In(c, unicode.M, unicode.Cf), c == 0x3164, c == 0x115F, c == 0x1160:
			// Marks, format controls and fillers are nothing that is read.
		case unicode.Is(unicode.Han, c):
			dst = append(dst, fold(c))
		case unicode.Is(unicode.So, c), unicode.Is(unicode.Sk, c), unicode.IsSpace(c):
			dst = append(dst, ' ')
		default:
			dst = append(dst, unicode.ToLower(c))
		}
	}
	return dst
}

// lookalike returns the plain letter for a character that is drawn like one
// and that compatibility decomposition does not fold; 0 for any other.
func lookalike(r rune) rune {
	switch {
	case 0x1F130 <= r && r <= 0x1F149: // squared letters
		return 'a' + r - 0x1F130
	case 0x1F150 <= r && r <= 0x1F169: // circled, white on black
		return 'a' + r - 0x1F150
	case 0x1F170 <= r && r <= 0x1F189: // squared, white on black
		return 'a' + r - 0x1F170
	case 0x1F1E6 <= r && r <= 0x1F1FF: // regional indicators
		return 'a' + r - 0x1F1E6
	case r == '’' || r == '‘' || r == 'ʼ' || r == '´' || r == '`':
		return '\''
	}
	return lookalikes[r]
}

// lookalikes are letters of other scripts and small capitals, drawn like Latin
// ones: the first of each pair is read as the second.
var lookalikes = func() map[rune]rune {
	m := make(map[rune]rune)
	for _, pair := range [][2]string{
		{"аеорсхуіѕјһԁԛԝвкмнтг", "aeopcxyisjhdqwbkmhtr"},
		{"АЕОРСХУІЅЈВКМНТ", "aeopcxyisjbkmht"},
		{"αορνικυητε", "aopvikunte"},
		{"ΑΒΕΗΙΚΜΝΟΡΤΥΧΖ", "abehikmnoptyxz"},
		{"ᴀʙᴄᴅᴇғɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprtuvwyz"},
		{"ıøłđ", "iold"},
	} {
		to := []rune(pair[1])
		for i, r := range []rune(pair[0]) {
			m[r] = to[i]
		}
	}
	return m
}()
