package main

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const ( // in seconds
	maxClockSkew = 5 * 60
	// SDKs make tokens of up to 365 days; a longer one is a mistake or made to be kept.
	maxLifetime = 366 * 24 * 60 * 60
)

// signedTokens accepts the JSON Web Tokens of the documentation, each of which
// is signed by a session of a user, for one request.
type signedTokens struct {
	edition edition
	keys    map[session]crypto.PublicKey
	used    sync.Map // hashes of the signed parts of tokens that have not expired yet
}

type session struct {
	UserID    string `json:"user_id"`
	SessionID string `json:"session_id"`
}

func loadAccounts(ed edition, file string) (*signedTokens, error) {
	var accounts []struct {
		session
		PublicKey string `json:"public_key"`
	}
	if err := loadJSON(file, &accounts); err != nil {
		return nil, err
	}
	t := &signedTokens{edition: ed, keys: map[session]crypto.PublicKey{}}
	for _, a := range accounts {
		key, err := parseKey(ed, a.PublicKey)
		if err != nil {
			return nil, fmt.Errorf("public key of %s: %w", a.UserID, err)
		}
		t.keys[a.session] = key
	}
	return t, nil
}

// parseKey takes an Ed25519 key in hex (2026) or an RSA key in PEM (2018).
func parseKey(ed edition, text string) (crypto.PublicKey, error) {
	if key, err := hex.DecodeString(text); ed == edition2026 && err == nil && len(key) == ed25519.PublicKeySize {
		return ed25519.PublicKey(key), nil
	}
	block, _ := pem.Decode([]byte(text))
	if ed == edition2026 || block == nil {
		return nil, errors.New("not a key of this edition")
	}
	if block.Type == "RSA PUBLIC KEY" {
		return x509.ParsePKCS1PublicKey(block.Bytes)
	}
	return x509.ParsePKIXPublicKey(block.Bytes)
}

func (t *signedTokens) authenticate(r *http.Request, body []byte) (string, error) {
	token, ok := bearerToken(r)
	parts := strings.Split(token, ".")
	if !ok || len(parts) != 3 {
		return "", unauthorized
	}
	header, errHeader := decodePart(parts[0])
	claims, errClaims := decodePart(parts[1])
	signature, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
	if errHeader != nil || errClaims != nil || err != nil {
		return "", unauthorized
	}

	// Until the signature is verified, uid and sid only say which key to try.
	user, sid := claims.uuid("uid", t.edition), claims.uuid("sid", t.edition)
	signed := parts[0] + "." + parts[1]
	if !verify(t.keys[session{user, sid}], header, []byte(signed), signature) {
		return "", unauthorized
	}

	remaining, ok := validPeriod(claims)
	jti, _ := claims.text("jti")
	scope, given := claims.text("scp")
	if !ok || jti == "" || !boundTo(claims, r, body) || *claims.err != nil {
		return "", unauthorized
	}
	// "You cannot use the user's access_token", whose scope is never FULL. Two old SDKs send none.
	if given && scope != "FULL" {
		return "", forbidden
	}
	// "The signed authorization token cannot be reused"; the pages of 2018 do not say so.
	if t.edition == edition2026 && !t.useOnce(signed, remaining) {
		return "", unauthorized
	}
	return user, nil
}

func decodePart(part string) (object, error) {
	text, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil {
		return object{}, err
	}
	return parseJSONObject(text)
}

// verify takes the algorithm from the key that the server knows: a token could
// name none, or one that takes the public key for a secret.
func verify(key crypto.PublicKey, header object, signed, signature []byte) bool {
	alg, _ := header.text("alg")
	typ, given := header.text("typ")
	_, critical := header.members["crit"] // RFC 7515, section 4.1.11: refused if not understood
	if *header.err != nil || given && !strings.EqualFold(typ, "JWT") || critical {
		return false
	}
	switch key := key.(type) {
	case ed25519.PublicKey:
		return alg == "EdDSA" && ed25519.Verify(key, signed, signature)
	case *rsa.PublicKey:
		sum := sha512.Sum512(signed)
		return alg == "RS512" && rsa.VerifyPKCS1v15(key, crypto.SHA512, sum[:], signature) == nil
	}
	return false // no such session
}

// validPeriod checks iat and exp. There is no leeway at the end: on or after
// exp a token "MUST NOT be accepted" (RFC 7519, section 4.1.4).
func validPeriod(claims object) (remaining time.Duration, ok bool) {
	iat, okIat := numericDate(claims, "iat")
	exp, okExp := numericDate(claims, "exp")
	now := float64(time.Now().UnixMicro()) / 1e6
	ok = okIat && okExp && exp > now && iat <= now+maxClockSkew && exp-iat <= maxLifetime
	return time.Duration((exp-now)*1e9) + time.Second, ok
}

// numericDate returns a number of seconds, which may have a fraction.
func numericDate(claims object, name string) (float64, bool) {
	n, err := strconv.ParseFloat(string(claims.get(name)), 64) // of JSON values, it takes but numbers
	return n, err == nil
}

// boundTo compares sig with the request: method, path with query, body.
func boundTo(claims object, r *http.Request, body []byte) bool {
	target := r.RequestURI
	if !strings.HasPrefix(target, "/") {
		target = r.URL.RequestURI() // "URL path without hostname", also when a client sends a whole URL
	}
	sum := sha256.Sum256(append([]byte(r.Method+target), body...))
	sig, _ := claims.text("sig")
	return sig == hex.EncodeToString(sum[:])
}

// useOnce returns false for a token that was used before.
func (t *signedTokens) useOnce(signed string, remaining time.Duration) bool {
	hash := sha256.Sum256([]byte(signed))
	if _, again := t.used.LoadOrStore(hash, nil); again {
		return false
	}
	time.AfterFunc(remaining, func() { t.used.Delete(hash) })
	return true
}
