//! The names that expressions may use: one table for the lint and for the engine that gives them values.

/// A function that expressions may call, beside those of CEL itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// The names of its parameters.
    pub parameters: &'static [&'static str],
    /// What it gives.
    pub gives: &'static str,
}

/// The place of an expression, which decides the variables that it sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpressionPlace {
    /// A member's value, a body or a path of a request that is being made.
    Making,
    /// A claim of a credential, or the body that a credential is bound to.
    Credential,
    /// A rule or condition over one exchange.
    Exchange,
    /// A rule or condition over what several exchanges say of one thing.
    History,
    /// A rule over the steps of a scenario or of a reading.
    Steps,
    /// A law over a derivation, whose functions are then the subject's.
    Law,
    /// A member of an answer to an SDK.
    Answering,
    /// A rule or condition over one call of an SDK.
    Call,
}

impl ExpressionPlace {
    /// The variables that an expression here may read. A law also sees its derivation's parameters; `expected` is the
    /// id that the spec gives for them, or null without one, and `error` is the subject's error for them, or null if it
    /// gives an id. `creator` is the caller who first created what a request creates again, else the caller.
    #[must_use]
    pub fn variables(self) -> &'static [&'static str] {
        match self {
            Self::Making => &["caller", "peer", "creator", "request", "users", "item", "steps"],
            Self::Credential => &["caller", "peer", "request", "item", "now", "body"],
            Self::Exchange => &[
                "caller",
                "peer",
                "request",
                "response",
                "outcome",
                "code",
                "codes",
                "wrong",
                "fresh",
                "operation",
                "http",
                "case",
            ],
            Self::History => &["first", "before", "this", "later", "outsiders"],
            Self::Steps => &["caller", "peer", "steps"],
            Self::Law => &["expected", "error"],
            Self::Answering => &["caller", "request", "item"],
            Self::Call => &[
                "caller",
                "peer",
                "sdk",
                "asked",
                "creates",
                "requests",
                "request",
                "violations",
                "http",
                "token",
                "claims",
                "answer",
                "result",
                "error",
                "now",
            ],
        }
    }
}

/// The exchanges about one thing that a rule of the form `history` sees. In addition, `later` says whether everything
/// else of the run was done before, and `outsiders` are the ids of users who requested the thing without belonging to
/// it.
pub const HISTORY: [&str; 3] = ["first", "before", "this"];

/// The members of `http`, the exchange below JSON. Header names are in lower case; `head` is the answer's header
/// section as text, a line for each field. `now` is our clock when the answer came, and `time` the answer's Date header
/// or else `now`, in microseconds since 1970. `objects` are the names of the body's members that are objects; testing
/// for one reads nothing of the answer that could violate a schema. `shows_token` says whether the answer contains the
/// token that the request was sent with, or a part of it.
pub const HTTP_MEMBERS: &[&str] = &[
    "method",
    "path",
    "request_headers",
    "status",
    "headers",
    "head",
    "text",
    "now",
    "time",
    "json_faults",
    "objects",
    "shows_token",
];

/// The members of one step in `steps.NAME`. `operation` is the `operationId` of the request, empty if it is not one of
/// the operations.
pub const STEP_MEMBERS: &[&str] =
    &["caller", "peer", "request", "response", "outcome", "code", "fresh", "operation", "http"];

/// The members of `first`, `before` and `this` in addition to those of a step: whether the caller created the thing, or
/// is named by the creation, or is neither but created another thing with the same identity.
pub const HISTORY_MEMBERS: &[&str] = &["by_creator", "by_member", "by_creator_apart"];

/// The values of `outcome`.
pub const OUTCOMES: &[&str] =
    &["accepted", "refused", "unauthorized", "throttled", "server_error", "malformed", "no_answer"];

/// The members of `caller` and `peer`.
pub const PARTY_MEMBERS: &[&str] = &["user_id"];

/// The members of `caller` and `peer` where a credential is made; `peer` is the second caller.
pub const SIGNER_MEMBERS: &[&str] = &["user_id", "session_id"];

/// The members of `http` in a call of an SDK: the request that arrived, names of header fields in lower case. For a
/// request that was only signed, it is that request; if nothing arrived, it is null.
pub const CALL_HTTP_MEMBERS: &[&str] = &["method", "path", "headers", "text", "json_faults"];

/// The members of `answer`: the answer that the SDK got; `data` is null if that was not a conversation.
pub const ANSWER_MEMBERS: &[&str] = &["name", "kind", "status", "data", "code", "description"];

/// The members of `token`, which is null without a token: its scheme, the algorithm and the type that it names, the
/// algorithm of the caller's `key`, and whether that key signed it.
pub const TOKEN_MEMBERS: &[&str] = &["scheme", "algorithm", "key", "type", "signed"];

/// A function or a macro of CEL itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standard {
    /// Its name.
    pub name: &'static str,
    /// The ways to call it: whether on a value (`value.name(…)`), and with how many arguments.
    pub forms: &'static [(bool, usize)],
    /// How to write it.
    pub usage: &'static str,
}

/// The functions and macros of CEL that expressions may use, beside its operators.
pub const STANDARD: &[Standard] = &[
    Standard { name: "all", forms: &[(true, 2)], usage: "list.all(x, condition)" },
    Standard { name: "bytes", forms: &[(false, 1)], usage: "bytes(text)" },
    Standard { name: "contains", forms: &[(true, 1)], usage: "text.contains(part)" },
    Standard { name: "endsWith", forms: &[(true, 1)], usage: "text.endsWith(end)" },
    Standard { name: "exists", forms: &[(true, 2)], usage: "list.exists(x, condition)" },
    Standard { name: "exists_one", forms: &[(true, 2)], usage: "list.exists_one(x, condition)" },
    Standard { name: "filter", forms: &[(true, 2)], usage: "list.filter(x, condition)" },
    Standard { name: "has", forms: &[(false, 1)], usage: "has(value.member)" },
    Standard { name: "int", forms: &[(false, 1)], usage: "int(value)" },
    Standard {
        name: "map",
        forms: &[(true, 2), (true, 3)],
        usage: "list.map(x, value) or list.map(x, condition, value)",
    },
    Standard { name: "matches", forms: &[(true, 1), (false, 2)], usage: "text.matches(pattern)" },
    Standard { name: "size", forms: &[(false, 1), (true, 0)], usage: "size(value)" },
    Standard { name: "startsWith", forms: &[(true, 1)], usage: "text.startsWith(start)" },
    Standard { name: "string", forms: &[(false, 1)], usage: "string(value)" },
];

/// The function that evaluates a near miss: `near_miss('derivation', 'near-miss', …)`, with the derivation's arguments.
pub const NEAR_MISS: &str = "near_miss";

/// The functions of expressions other than those of CEL, the spec's derivations, and [`NEAR_MISS`].
pub const FUNCTIONS: &[Function] = &[
    Function { name: "near_misses", parameters: &["derivation"], gives: "the names of a derivation's near misses" },
    Function {
        name: "fresh_uuid",
        parameters: &["label"],
        gives: "a version 4 UUID that nobody has used before; the same for the same label within a request",
    },
    Function {
        name: "fresh_user",
        parameters: &["label"],
        gives: "the id of a user that nobody has used before; the same for the same label within a request",
    },
    Function { name: "with_version", parameters: &["uuid", "version"], gives: "the UUID with another version nibble" },
    Function {
        name: "with_variant",
        parameters: &["uuid", "digit"],
        gives: "the UUID with the two highest bits of a hexadecimal digit where the variant bits are",
    },
    Function { name: "json", parameters: &["value"], gives: "the value as compact JSON text" },
    Function { name: "repeat", parameters: &["text", "count"], gives: "the text, again and again" },
    Function { name: "take", parameters: &["text", "count"], gives: "the first characters of the text" },
    Function { name: "drop", parameters: &["text", "count"], gives: "the text without its first characters" },
    Function {
        name: "replaced",
        parameters: &["text", "from", "to"],
        gives: "the text with everything that is `from` replaced by `to`",
    },
    Function { name: "utf16", parameters: &["text"], gives: "the text as bytes in UTF-16, little end first" },
    Function { name: "trim", parameters: &["text"], gives: "the text without outer white space" },
    Function { name: "upper", parameters: &["text"], gives: "the text in upper case" },
    Function { name: "lower", parameters: &["text"], gives: "the text in lower case" },
    Function {
        name: "without_controls",
        parameters: &["text"],
        gives: "the text without control characters (U+0000 to U+001F, U+007F to U+009F)",
    },
    Function {
        name: "micros",
        parameters: &["time"],
        gives: "an RFC 3339 time in microseconds since 1970, an integer",
    },
    Function {
        name: "utc_offset",
        parameters: &["time"],
        gives: "the offset of an RFC 3339 time as it is written: \"Z\", \"+00:00\", …",
    },
    Function {
        name: "values_at",
        parameters: &["value", "pointer"],
        gives: "all values at a JSON pointer in which `*` stands for every element; none where nothing is there",
    },
    Function {
        name: "request_hash",
        parameters: &["method", "path", "body"],
        gives: "the claim `sig` of a request: SHA-256 of the three, one after another, in lowercase hexadecimal",
    },
    Function {
        name: "same_time",
        parameters: &["a", "b"],
        gives: "whether two RFC 3339 times are the same, to what the coarser of the two tells, rounded or cut",
    },
    Function {
        name: "subset",
        parameters: &["a", "b"],
        gives: "whether every text of the list `a` is in the list `b`",
    },
    Function {
        name: "same_set",
        parameters: &["a", "b"],
        gives: "whether two lists hold the same texts, in whatever order and however often",
    },
    Function { name: "distinct", parameters: &["list"], gives: "whether no two elements are equal" },
    Function {
        name: "alike",
        parameters: &["a", "b"],
        gives: "whether two JSON values are equal but for UUIDs, URLs that hold one, and times",
    },
];
