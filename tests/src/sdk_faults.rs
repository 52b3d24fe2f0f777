//! The faults that our own adapter can be started with: each a mistake of an SDK, with the requirement that it breaks.

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
        consequences: &[
            ("unique-id-value", "a pair that comes again has another id"),
            ("unique-id-symmetric", "a pair that comes again has another id"),
        ],
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
];
