package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
)

// authenticator tells who calls, by the credential of a request alone.
type authenticator interface {
	authenticate(r *http.Request, body []byte) (userID string, err error)
}

// newAuthenticator makes the one that was asked for on the command line.
func newAuthenticator(ed edition, accountsFile, tokensFile, caller string) (authenticator, error) {
	switch {
	case accountsFile != "" && tokensFile == "" && caller == "":
		return loadAccounts(ed, accountsFile)
	case tokensFile != "" && accountsFile == "" && caller == "":
		tokens := opaqueTokens{}
		err := loadJSON(tokensFile, &tokens)
		return tokens, err
	case uuidPattern.MatchString(caller) && accountsFile == "" && tokensFile == "":
		return fixedCaller(caller), nil
	}
	return nil, errors.New("exactly one of --accounts FILE, --tokens FILE and --caller UUID is needed")
}

// fixedCaller takes every request for one user's.
type fixedCaller string

func (c fixedCaller) authenticate(*http.Request, []byte) (string, error) {
	return string(c), nil
}

// opaqueTokens maps tokens to users.
type opaqueTokens map[string]string

func (t opaqueTokens) authenticate(r *http.Request, _ []byte) (string, error) {
	token, ok := bearerToken(r)
	user, known := t[token]
	if !ok || !known {
		return "", unauthorized
	}
	return user, nil
}

// bearerToken returns the one bearer token of a request. With two Authorization
// headers a proxy and this server might each believe another one.
func bearerToken(r *http.Request) (string, bool) {
	headers := r.Header["Authorization"]
	if len(headers) != 1 {
		return "", false
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	token = strings.TrimLeft(token, " ")
	return token, strings.EqualFold(scheme, "Bearer") && token != ""
}

func loadJSON(file string, v interface{}) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}
