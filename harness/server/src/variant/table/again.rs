//! Variants in creating a conversation again, in who may see it, and in the members that a server of 2026 knows.

use super::{BOTH, ONLY_2018, ONLY_2026};
use crate::policy::{AcceptOrRefuse, Again, KnownOrNot, Others, Outsiders};
use crate::variant::Variant;
use crate::variant::VariantSource::{Reading, Requirement, Sentence};

pub(super) const VARIANTS: &[Variant] = &[
    Variant::new(
        "again-with-the-right-id",
        "a GROUP is created again only with what its id follows from",
        ONLY_2026,
        Requirement("outsider-forbidden"),
        |v| v.policy.again = Again::IdChecked,
    ),
    Variant::new(
        "again-by-the-creator",
        "only its creator may create a GROUP again",
        BOTH,
        Sentence("practice", "Creating something again changes nothing of what is there"),
        |v| v.policy.again = Again::ByCreator,
    ),
    Variant::new(
        "again-unchanged",
        "a GROUP may be created again only with the same participants in the same roles",
        BOTH,
        Sentence("practice", "Creating something again changes nothing of what is there"),
        |v| v.policy.again = Again::Unchanged,
    ),
    Variant::new(
        "groups-created-once",
        "a GROUP that is there is not created again",
        ONLY_2018,
        Sentence("practice", "Creating something again changes nothing of what is there"),
        |v| v.policy.again = Again::Never,
    )
    .without(&["create-again"]),
    Variant::new(
        "others-refused",
        "a GROUP that its creator creates again with other participants is refused",
        BOTH,
        Reading("others-by-the-creator"),
        |v| v.policy.others = Others::Refused,
    ),
    Variant::new(
        "others-added",
        "the participants with whom its creator creates a GROUP again get into it",
        BOTH,
        Reading("others-by-the-creator"),
        |v| v.policy.others = Others::Added,
    ),
    Variant::new(
        "others-replace",
        "the participants with whom its creator creates a GROUP again take the place of those in it",
        BOTH,
        Reading("others-by-the-creator"),
        |v| v.policy.others = Others::Replaced,
    ),
    Variant::new(
        "outsider-unauthorized",
        "who is not in a conversation hears that they are not authorized",
        BOTH,
        Requirement("outsider-learns-nothing"),
        |v| v.policy.outsiders = Outsiders::Unauthorized,
    ),
    Variant::new(
        "outsider-forbidden-to-read",
        "who is not in a conversation is refused with 403 to read it",
        BOTH,
        Requirement("read-by-outsider"),
        |v| v.policy.outsiders = Outsiders::Forbidden,
    ),
    Variant::new(
        "role-unknown",
        "the role of a participant is a member like any that there is not: nobody is ADMIN",
        ONLY_2026,
        Sentence("docs", "Member list '[{ user_id: UUID }]'"),
        |v| v.policy.role = KnownOrNot::NotKnown,
    )
    .without(&["participants-admin", "role-enum", "role-type"]),
    Variant::new(
        "action-unknown",
        "a participant with an action is refused, for there is no such member",
        ONLY_2026,
        Sentence("docs", "Member list '[{ user_id: UUID }]'"),
        |v| v.policy.action = KnownOrNot::NotKnown,
    )
    .without(&["action-add-ignored"]),
    Variant::new(
        "random-id-unknown",
        "a random_id is a member like any that there is not, and a GROUP has any id",
        ONLY_2026,
        Sentence("docs", "uuid.NewV4().String()"),
        |v| {
            v.policy.random_id = KnownOrNot::NotKnown;
            // A member that the server does not know cannot be required.
            v.policy.group_without_random_id = AcceptOrRefuse::Accepted;
        },
    ),
];
