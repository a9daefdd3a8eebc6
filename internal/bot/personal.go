package bot

import (
	"regexp"
	"strings"
)

// personalPatterns find what should not stand in public: an e-mail address, a
// phone number, a record or identity number, a date of birth, a name, or a
// condition together with a treatment. They err on the side of finding: the
// answer is the same, only more private.
var personalPatterns = []*regexp.Regexp{
	regexp.MustCompile(`[\w.+-]+@[\w-]+\.[\w.]+`),
	regexp.MustCompile(`(?:\+|\b00)?\d(?:[ -]?\d){7,14}\b`),
	regexp.MustCompile(`\b[a-z]{1,2}\d{6}\s?\(?[\da]\)?`),
	regexp.MustCompile(`\b(?:mrn|nhs|nhi|record|patient|medicare|hospital|policy|id)\s*(?:no\.?|num(?:ber)?|#|:|id)\s*\d{3,}`),
	regexp.MustCompile(`\b(?:born|dob|birth(?:day|date)?|date of birth)\b.{0,12}\d`),
	regexp.MustCompile(`\bmy (?:full )?name(?:'s| is)\s+\w+`),
	regexp.MustCompile(`\b(?:i'?m|i am|im)\b.{0,30}\b(?:pregnant|hiv|positive|bipolar|diabetic|epileptic)\b.{0,40}\b(?:on|taking|take)\b`),
	regexp.MustCompile(`(?:出生日期|生日|身份證|身份证|病歷|病历|電話|电话)\D{0,6}\d{3,}`),
	regexp.MustCompile(`我(?:的?名|叫做?|係叫)\S{1,6}`),
	regexp.MustCompile(`我.{0,6}(?:懷孕|怀孕|有咗|大肚|愛滋|艾滋|躁鬱|糖尿).{0,16}(?:食緊|服|吃著|吃着|正在吃|打緊)`),
}

// hasPersonalDetails reports whether a message seems to say who somebody is or
// what they are treated for.
func hasPersonalDetails(text string) bool {
	lower := strings.ToLower(text)
	for _, pattern := range personalPatterns {
		if pattern.MatchString(lower) {
			return true
		}
	}
	return false
}
