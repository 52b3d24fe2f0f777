//! The faults with which our own adapter can be started: each is a mistake of an SDK, with the requirement that it
//! breaks.

/// A fault of an SDK.
#[derive(Debug, Clone, Copy)]
pub struct SdkFault {
    /// Its name, which is the adapter's argument.
    pub name: &'static str,
    /// What the SDK does wrong.
    pub description: &'static str,
    /// The requirement that it breaks.
    pub requirement: &'static str,
    /// What else it breaks, each with the reason.
    pub consequences: &'static [(&'static str, &'static str)],
}

const VALUE: &str = "the id is another one";

/// All faults.
pub const SDK_FAULTS: &[SdkFault] = &[
    SdkFault { name: "sha1", description: "hashes with SHA-1", requirement: "unique-id-value", consequences: &[] },
    SdkFault {
        name: "unsorted",
        description: "hashes the two ids in the order in which they are given",
        requirement: "unique-id-symmetric",
        consequences: &[("unique-id-value", VALUE)],
    },
    SdkFault {
        name: "version-4",
        description: "stamps version 4",
        requirement: "unique-id-version",
        consequences: &[("unique-id-value", VALUE)],
    },
    SdkFault {
        name: "no-variant",
        description: "stamps no variant",
        requirement: "unique-id-variant",
        consequences: &[("unique-id-value", VALUE)],
    },
    SdkFault {
        name: "upper-case-output",
        description: "prints the id in upper case",
        requirement: "unique-id-text",
        consequences: &[("unique-id-value", VALUE)],
    },
    SdkFault {
        name: "now-and-then",
        description: "gives another id each time that it is asked for the same two users again",
        requirement: "unique-id-deterministic",
        consequences: &[("unique-id-symmetric", "a pair that comes again has another id")],
    },
    SdkFault {
        name: "not-with-oneself",
        description: "gives an error for a user and the same user",
        requirement: "unique-id-of-oneself",
        consequences: &[
            ("unique-id-value", "a pair of the same user has an id, too"),
            ("unique-id-deterministic", "a pair of the same user has an id, too"),
            ("unique-id-sensitive", "it compares with the ids of each user and the same user"),
        ],
    },
    SdkFault {
        name: "upper",
        description: "hashes the ids in upper case",
        requirement: "unique-id-lower-case",
        consequences: &[("unique-id-value", VALUE)],
    },
    SdkFault {
        name: "smaller-only",
        description: "hashes the smaller id alone",
        requirement: "unique-id-sensitive",
        consequences: &[("unique-id-value", VALUE)],
    },
    SdkFault {
        name: "latin1-name",
        description: "hashes the name in Latin-1",
        requirement: "group-id-value",
        consequences: &[],
    },
    SdkFault {
        name: "unsorted-participants",
        description: "takes the participants in the order in which they are listed",
        requirement: "group-id-order",
        consequences: &[("group-id-value", VALUE)],
    },
    SdkFault {
        name: "random-as-given",
        description: "does not bring random_id to lower case",
        requirement: "group-id-random-case",
        consequences: &[("group-id-value", "vectors have a random_id in upper case")],
    },
    SdkFault {
        name: "distinct-participants",
        description: "takes a participant who is listed twice once",
        requirement: "group-id-repeated",
        consequences: &[
            ("group-id-value", VALUE),
            ("group-id-owner", "an owner who is listed already does not count again"),
        ],
    },
    SdkFault {
        name: "owner-added-once",
        description: "counts the owner among the participants, where it is not listed",
        requirement: "group-id-owner",
        consequences: &[("group-id-value", VALUE)],
    },
    SdkFault {
        name: "normalises-name",
        description: "brings the name to its composed form",
        requirement: "group-id-name",
        consequences: &[("group-id-value", "the id of a name in its decomposed form is another one")],
    },
    SdkFault {
        name: "any-random",
        description: "takes any text for a random_id",
        requirement: "group-id-random-invalid",
        consequences: &[],
    },
    SdkFault {
        name: "singular-path",
        description: "sends to /conversation",
        requirement: "client-endpoint",
        consequences: &[],
    },
    SdkFault {
        name: "text-plain",
        description: "says that its JSON is plain text",
        requirement: "client-content-type",
        consequences: &[],
    },
    SdkFault {
        name: "member-twice",
        description: "writes a member twice",
        requirement: "client-json",
        consequences: &[],
    },
    SdkFault {
        name: "ids-as-numbers",
        description: "sends a number as role",
        requirement: "client-schema",
        consequences: &[],
    },
    SdkFault {
        name: "always-group",
        description: "sends the category GROUP for a CONTACT",
        requirement: "client-category",
        consequences: &[("client-group-random-id", "the GROUP that is sent has no random_id")],
    },
    SdkFault {
        name: "participants-cut",
        description: "sends 100 participants at the most",
        requirement: "client-participants",
        consequences: &[("client-group-id", "the id is that of all")],
    },
    SdkFault {
        name: "upper-case-sent",
        description: "sends user ids in upper case",
        requirement: "client-lower-case",
        consequences: &[],
    },
    SdkFault {
        name: "role-lost",
        description: "does not send the role that was asked for",
        requirement: "client-role",
        consequences: &[],
    },
    SdkFault {
        name: "escapes-name",
        description: "escapes names for HTML",
        requirement: "client-name",
        consequences: &[],
    },
    SdkFault {
        name: "announcement-lost",
        description: "does not send the announcement",
        requirement: "client-announcement",
        consequences: &[],
    },
    SdkFault {
        name: "unset-name",
        description: "sends the word undefined for a name that was not given",
        requirement: "client-unset",
        consequences: &[("client-group-id", "the id is that of a group without a name")],
    },
    SdkFault {
        name: "contact-v4",
        description: "takes a random id for a CONTACT",
        requirement: "client-contact-id",
        consequences: &[],
    },
    SdkFault {
        name: "no-random-id",
        description: "sends a GROUP without random_id",
        requirement: "client-group-random-id",
        consequences: &[],
    },
    SdkFault {
        name: "group-v4",
        description: "takes a random id for a GROUP",
        requirement: "client-group-id",
        consequences: &[],
    },
    SdkFault {
        name: "another-key",
        description: "signs with another key",
        requirement: "client-token",
        consequences: &[],
    },
    SdkFault {
        name: "algorithm-name",
        description: "names the key's curve as the algorithm",
        requirement: "client-token-algorithm",
        consequences: &[],
    },
    SdkFault {
        name: "sig-of-latin1",
        description: "hashes the body in Latin-1",
        requirement: "client-token-sig",
        consequences: &[],
    },
    SdkFault {
        name: "signs-undefined",
        description: "signs a name that is given as undefined as null, and does not send it",
        requirement: "client-token-sig",
        consequences: &[],
    },
    SdkFault {
        name: "sid-is-uid",
        description: "takes the user's id for the session's",
        requirement: "client-token-user",
        consequences: &[],
    },
    SdkFault {
        name: "expired-token",
        description: "makes tokens that are expired",
        requirement: "client-token-life",
        consequences: &[],
    },
    SdkFault {
        name: "no-jti",
        description: "makes tokens without jti",
        requirement: "client-token-jti",
        consequences: &[],
    },
    SdkFault {
        name: "no-scope",
        description: "makes tokens without scp",
        requirement: "client-token-scope",
        consequences: &[],
    },
    SdkFault {
        name: "another-type",
        description: "makes tokens with the typ JOSE",
        requirement: "client-token-type",
        consequences: &[],
    },
    SdkFault {
        name: "no-request-id",
        description: "sends no X-Request-Id",
        requirement: "client-request-id",
        consequences: &[],
    },
    SdkFault {
        name: "counted-request-id",
        description: "numbers its requests in X-Request-Id",
        requirement: "client-request-id",
        consequences: &[],
    },
    SdkFault {
        name: "needs-circles",
        description: "cannot read an answer without a circle",
        requirement: "client-reads-answer",
        consequences: &[
            ("client-reads-unknown-members", "it reads no answer at all"),
            ("client-reads-fractions", "it reads no answer at all"),
            ("client-reads-offset", "it reads no answer at all"),
            ("client-reads-empty-code", "it reads no answer at all"),
            ("client-reads-unknown-words", "it reads no answer at all"),
            ("client-reads-text", "it reads no answer at all"),
        ],
    },
    SdkFault {
        name: "trims-names",
        description: "gives its user null for an empty text",
        requirement: "client-members",
        consequences: &[],
    },
    SdkFault {
        name: "cuts-times",
        description: "cuts times to seconds",
        requirement: "client-times",
        consequences: &[],
    },
    SdkFault {
        name: "strict-members",
        description: "cannot read members that it does not know",
        requirement: "client-reads-unknown-members",
        consequences: &[],
    },
    SdkFault {
        name: "needs-a-fraction",
        description: "cannot read times without a fraction",
        requirement: "client-reads-fractions",
        consequences: &[],
    },
    SdkFault {
        name: "needs-z",
        description: "cannot read an offset that is written as numbers",
        requirement: "client-reads-offset",
        consequences: &[],
    },
    SdkFault {
        name: "needs-a-code",
        description: "cannot read an empty code_id",
        requirement: "client-reads-empty-code",
        consequences: &[],
    },
    SdkFault {
        name: "closed-roles",
        description: "cannot read a role that it does not know",
        requirement: "client-reads-unknown-words",
        consequences: &[],
    },
    SdkFault {
        name: "ascii-only",
        description: "cannot read text beyond ASCII",
        requirement: "client-reads-text",
        consequences: &[],
    },
    SdkFault {
        name: "202-is-success",
        description: "takes the status 202 for success",
        requirement: "client-error",
        consequences: &[],
    },
    SdkFault {
        name: "status-for-code",
        description: "gives its user the HTTP status for the API's code",
        requirement: "client-error-code",
        consequences: &[],
    },
    SdkFault {
        name: "own-description",
        description: "gives its user a description of its own",
        requirement: "client-error-description",
        consequences: &[],
    },
    SdkFault {
        name: "ignores-5xx",
        description: "takes a 5xx for success",
        requirement: "client-error-status",
        consequences: &[],
    },
    SdkFault {
        name: "html-is-fine",
        description: "takes an answer that is no JSON for an empty one",
        requirement: "client-error-not-json",
        consequences: &[],
    },
    SdkFault {
        name: "half-is-enough",
        description: "takes half an answer for an empty one",
        requirement: "client-error-incomplete",
        consequences: &[("client-error-not-json", "an answer that is no JSON is no different")],
    },
    SdkFault {
        name: "resends",
        description: "sends a refused request again",
        requirement: "client-no-resend",
        consequences: &[],
    },
    SdkFault {
        name: "resends-later",
        description: "sends a refused request again when the call has ended",
        requirement: "client-no-resend",
        consequences: &[],
    },
];
