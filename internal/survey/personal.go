package survey

import (
	"slices"
	"strings"
	"unicode"
)

// alone are words that make a column personal wherever they stand in its name.
var alone = []string{
	"email", "mail", "phone", "telephone", "mobile", "fax", "ip", "ipaddress", "address", "street", "postcode", "postal", "zip", "zipcode",
	"latitude", "longitude", "firstname", "lastname", "fullname", "surname", "forename", "nickname", "username", "birthday", "birthdate",
	"birth", "dob", "ssn", "passport", "iban", "comment", "comments", "permalink", "verbatim", "responseid", "respondentid", "recordid",
	"externalreference", "externaldatareference", "vorname", "nachname", "anschrift", "telefon", "prenom", "adresse",
}

// inRow are words that do so only when they follow one another.
var inRow = [][]string{
	{"e", "mail"},
	{"first", "name"},
	{"last", "name"},
	{"full", "name"},
	{"middle", "name"},
	{"your", "name"},
	{"recipient", "name"},
	{"customer", "name"},
	{"user", "name"},
	{"contact", "name"},
	{"respondent", "id"},
	{"response", "id"},
	{"collector", "id"},
	{"customer", "id"},
	{"user", "id"},
	{"person", "id"},
	{"contact", "id"},
	{"record", "id"},
	{"external", "reference"},
	{"external", "data", "reference"},
	{"own", "words"},
	{"ip", "address"},
}

// whole are names that do so when nothing else stands there.
var whole = []string{"name", "id", "person", "uuid", "notes", "tags", "location", "text", "other", "key", "token"}

// longName is how many words make a name a question, such as how satisfied somebody was with the phone support.
const longName = 4

// personal tells from its name whether a column is about who answered, or of free text. Questions are looked at only strictly.
func personal(column string, strict bool) bool {
	if path := strings.Split(column, "."); len(path) > 1 { // a member of JSON: person_properties.name
		column = path[len(path)-1]
	}
	words := wordsOf(column)
	if len(words) == 1 && slices.Contains(whole, words[0]) || slices.Contains(alone, strings.Join(words, "")) {
		return true
	}
	if len(words) > longName && !strict {
		return false
	}
	for i, w := range words {
		if slices.Contains(alone, w) {
			return true
		}
		for _, row := range inRow {
			if i+len(row) <= len(words) && slices.Equal(words[i:i+len(row)], row) {
				return true
			}
		}
	}
	return len(words) > 1 && words[len(words)-1] == "text" // Qualtrics: Q3_TEXT, Q7_9_TEXT
}

// wordsOf splits a name at capitals and at whatever is no letter or digit: RecipientEmail and recipient_email are the same.
func wordsOf(s string) (words []string) {
	var b strings.Builder
	end := func() {
		if b.Len() > 0 {
			words = append(words, strings.ToLower(b.String()))
			b.Reset()
		}
	}
	runes := []rune(s)
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
			continue
		case i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]) && unicode.IsUpper(runes[i-1])):
			end()
		}
		b.WriteRune(r)
	}
	end()
	return words
}
