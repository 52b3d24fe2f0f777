package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"unicode/utf8"
)

// object is a JSON object whose members are decoded one by one. Decoding into
// a struct would take names in any case, null as a string, the last of two
// members of one name, and U+FFFD for what is not Unicode.
// What is wrong with a member is kept in err, so that a reader of many asks once.
type object struct {
	path    string                     // where it stands in the body: "participants[2]."
	members map[string]json.RawMessage // nil for a name that is there twice
	err     *error                     // shared with the objects within it
}

// parseJSONObject takes one JSON text (RFC 8259) that is an object, nested up to 10000 deep.
func parseJSONObject(text []byte) (object, error) {
	o := object{err: new(error)}
	switch {
	case !utf8.Valid(text):
		return o, errors.New("it is not UTF-8")
	case !json.Valid(text):
		return o, errors.New("it is not one JSON text")
	case !o.parse(text):
		return o, errors.New("it is not a JSON object")
	}
	return o, nil
}

// parse takes a valid JSON value; it returns false if that is not an object.
func (o *object) parse(value []byte) bool {
	o.members = map[string]json.RawMessage{}
	dec := json.NewDecoder(bytes.NewReader(value))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return false
	}
	for dec.More() {
		token, err := dec.Token()
		name, isName := token.(string)
		var member json.RawMessage
		if err != nil || !isName || dec.Decode(&member) != nil {
			return false // not in valid JSON
		}
		if _, twice := o.members[name]; twice {
			member = nil
		}
		o.members[name] = member
	}
	return true
}

// fail keeps the first refusal.
func (o object) fail(name, reason string) {
	if *o.err == nil {
		*o.err = invalidField(o.path+name, reason)
	}
}

// get returns a member as it stands in the text, or nil. A name that is there
// twice is refused only here: nothing depends on members that nobody asks for.
func (o object) get(name string) json.RawMessage {
	raw, given := o.members[name]
	if given && raw == nil {
		o.fail(name, "is there more than once")
	}
	return raw
}

var (
	escapedPair = regexp.MustCompile(`\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..`) // or an escaped backslash
	surrogate   = regexp.MustCompile(`\\u[dD][89a-fA-F]`)
)

// text returns a string, and whether there is one.
func (o object) text(name string) (value string, given bool) {
	raw := o.get(name)
	switch {
	case raw == nil:
		return "", false
	case raw[0] != '"' || json.Unmarshal(raw, &value) != nil:
		o.fail(name, "must be a string")
	case surrogate.Match(escapedPair.ReplaceAll(raw, []byte(" "))):
		// RFC 8259 allows half a pair, but UTF-8 cannot give it back unchanged.
		o.fail(name, "must be Unicode, without half of a surrogate pair")
	}
	return value, true
}

// optionalText is a text of at most max characters. The Dart SDK sends null for
// one that is not set, the Go SDK "". Characters are code points: a limit in
// bytes or UTF-16 units would refuse what the documented one allows.
func (o object) optionalText(name string, max int) string {
	if string(o.get(name)) == "null" {
		return ""
	}
	value, _ := o.text(name)
	if utf8.RuneCountInString(value) > max {
		o.fail(name, "is longer than "+strconv.Itoa(max)+" characters")
	}
	return value
}

// uuid returns a UUID that has to be there, in lower case.
func (o object) uuid(name string, ed edition) string {
	value, _ := o.text(name)
	id, ok := parseUUID(ed, value)
	if !ok {
		o.fail(name, notUUID)
	}
	return id
}
