//! What is accepted and what is refused: each reading that this server does not show by default, and what no source
//! says anything of.

use super::{BOTH, ONLY_2026};
use crate::policy::{
    AcceptOrRefuse, Again, ContactCode, ContactRoles, Controls, LengthUnit, OuterSpace, ReadOrNot, RefuseOrAccept,
    RefuseOrIgnore, RefuseOrListOnce, RefuseOrLower, UtcOffset,
};
use crate::variant::Source::{Reading, Requirement, Sentence};
use crate::variant::Variant;

pub(super) const VARIANTS: &[Variant] = &[
    Variant {
        name: "random-id-demanded",
        description: "a GROUP without random_id is refused",
        editions: ONLY_2026,
        source: Reading("group-without-random-id"),
        change: |v| v.policy.group_without_random_id = AcceptOrRefuse::Refused,
    },
    Variant {
        name: "group-id-unchecked",
        description: "a GROUP whose id does not follow from its random_id is accepted",
        editions: ONLY_2026,
        source: Reading("group-id-unfit"),
        change: |v| v.policy.group_id_does_not_fit = RefuseOrAccept::Accepted,
    },
    Variant {
        name: "owner-ignored",
        description: "the role OWNER that a participant is asked for with is ignored",
        editions: BOTH,
        source: Reading("owner-asked-for"),
        change: |v| v.policy.role_owner = RefuseOrIgnore::Ignored,
    },
    Variant {
        name: "upper-case-refused",
        description: "UUIDs in upper case are refused",
        editions: BOTH,
        source: Reading("upper-case-ids"),
        change: |v| v.policy.upper_case = RefuseOrLower::Refused,
    },
    Variant {
        name: "actions-ignored",
        description: "an action other than ADD is ignored, and the participant added",
        editions: BOTH,
        source: Reading("other-actions"),
        change: |v| v.policy.other_actions = RefuseOrIgnore::Ignored,
    },
    Variant {
        name: "named-twice-refused",
        description: "a GROUP in which a participant is named twice is refused",
        editions: BOTH,
        source: Reading("participant-twice"),
        change: |v| v.policy.named_twice = RefuseOrListOnce::Refused,
    },
    Variant {
        name: "caller-named-refused",
        description: "a GROUP in which the caller is named as participant is refused",
        editions: BOTH,
        source: Reading("caller-as-participant"),
        change: |v| v.policy.caller_named = RefuseOrListOnce::Refused,
    },
    Variant {
        name: "empty-group-refused",
        description: "a GROUP with nobody but the caller is refused",
        editions: BOTH,
        source: Reading("group-without-participants"),
        change: |v| v.policy.group_without_participants = AcceptOrRefuse::Refused,
    },
    Variant {
        name: "full-group-refused",
        description: "256 participants beside the caller are one too many",
        editions: ONLY_2026,
        source: Reading("group-of-257"),
        change: |v| v.policy.full_group = AcceptOrRefuse::Refused,
    },
    Variant {
        name: "lengths-in-utf-16",
        description: "a name has at most 512 units of UTF-16",
        editions: ONLY_2026,
        source: Reading("name-length-unit"),
        change: |v| v.policy.length_unit = LengthUnit::Utf16Units,
    },
    Variant {
        name: "controls-refused",
        description: "a name with control characters is refused",
        editions: BOTH,
        source: Reading("control-characters"),
        change: |v| v.policy.controls = Controls::Refused,
    },
    Variant {
        name: "controls-removed",
        description: "control characters are left out of a name",
        editions: BOTH,
        source: Reading("control-characters"),
        change: |v| v.policy.controls = Controls::Removed,
    },
    Variant {
        name: "names-trimmed",
        description: "outer white space is left out of a name",
        editions: ONLY_2026,
        source: Reading("outer-white-space"),
        change: |v| v.policy.outer_space = OuterSpace::Trimmed,
    },
    Variant {
        name: "contact-code-given",
        description: "a CONTACT has a code_id and a code_url, as a GROUP has",
        editions: ONLY_2026,
        source: Reading("contact-code"),
        change: |v| v.policy.contact_code = ContactCode::Given,
    },
    Variant {
        name: "contact-owned",
        description: "the creator of a CONTACT is its OWNER",
        editions: BOTH,
        source: Reading("contact-roles"),
        change: |v| v.policy.contact_roles = ContactRoles::CreatorOwner,
    },
    Variant {
        name: "offset-plus-zero",
        description: "the offset of times is written +00:00",
        editions: BOTH,
        source: Reading("utc-offset"),
        change: |v| v.policy.utc_offset = UtcOffset::Zero,
    },
    Variant {
        name: "read-not-offered",
        description: "there is no GET /conversations/:id",
        editions: ONLY_2026,
        source: Reading("read-after-create"),
        change: |v| v.policy.read = ReadOrNot::NotFound,
    },
    Variant {
        name: "again-with-the-right-id",
        description: "a GROUP is created again only with what its id follows from",
        editions: ONLY_2026,
        source: Requirement("outsider-forbidden"),
        change: |v| v.policy.again = Again::IdChecked,
    },
    Variant {
        name: "again-by-the-creator",
        description: "only its creator may create a GROUP again",
        editions: BOTH,
        source: Sentence("practice", "Creating something again changes nothing of what is there"),
        change: |v| v.policy.again = Again::ByCreator,
    },
    Variant {
        name: "again-unchanged",
        description: "a GROUP may be created again only with the same participants in the same roles",
        editions: BOTH,
        source: Sentence("practice", "Creating something again changes nothing of what is there"),
        change: |v| v.policy.again = Again::Unchanged,
    },
    Variant {
        name: "closed-user-list",
        description: "there are 1,024 users beside the callers (serve --list-users), and nobody else",
        editions: BOTH,
        source: Requirement("user-id-uuid"),
        change: |v| v.closed_users = true,
    },
];
