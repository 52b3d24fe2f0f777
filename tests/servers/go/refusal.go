package main

// refusal is the documented error object. Its status is that of the HTTP answer
// as well: "Only 20x and 500 will be used by Mixin API" (Error Codes). The API
// Guide speaks of RFC status codes, but SDKs lose the code behind a real 4xx.
type refusal struct {
	Status      int    `json:"status"`
	Code        int    `json:"code"`
	Description string `json:"description"`
	Extra       *extra `json:"extra,omitempty"`
}

// extra is an object because one of the SDKs cannot read a string there.
type extra struct {
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

var (
	unauthorized  = &refusal{202, 401, "Unauthorized.", nil}
	forbidden     = &refusal{202, 403, "Forbidden.", nil}
	notFound      = &refusal{202, 404, "The endpoint is not found.", nil}
	groupFull     = &refusal{202, 20116, "The group chat is full.", nil}
	internalError = &refusal{500, 500, "Internal Server Error", nil}
)

// badBody refuses a body in which no member can be found at all.
func badBody(reason string) *refusal {
	return &refusal{202, 400, "The request body can't be parsed as valid data: " + reason + ".", nil}
}

// invalidField refuses one member. The reason never repeats what the client sent.
func invalidField(field, reason string) *refusal {
	return &refusal{202, 10002, "The request data has invalid field: " + field + " " + reason + ".", &extra{field, reason}}
}

func (r *refusal) Error() string { return r.Description }
