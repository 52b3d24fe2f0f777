//! Variants in what is accepted and what is refused: each reading that the server does not show by default. Creating a
//! conversation again, and who may see it, is in again.rs.

use super::{BOTH, ONLY_2018, ONLY_2026};
use crate::policy::{
    AcceptOrRefuse, ActionLeftOut, ContactCode, ContactRoles, Controls, GiveOrNot, LengthUnit, OtherActions,
    OuterSpace, ReadOrNot, RefuseOrAccept, RefuseOrIgnore, RefuseOrListOnce, RefuseOrLower, UtcOffset,
};
use crate::variant::Variant;
use crate::variant::VariantSource::{Reading, Requirement};

pub(super) const VARIANTS: &[Variant] = &[
    Variant::new(
        "random-id-demanded",
        "a GROUP without random_id is refused",
        ONLY_2026,
        Reading("group-without-random-id"),
        |v| v.policy.group_without_random_id = AcceptOrRefuse::Refused,
    ),
    Variant::new(
        "group-id-unchecked",
        "a GROUP whose id does not follow from its random_id is accepted",
        ONLY_2026,
        Reading("group-id-unfit"),
        |v| v.policy.group_id_does_not_fit = RefuseOrAccept::Accepted,
    ),
    Variant::new(
        "owner-ignored",
        "the role OWNER that a participant is asked for with is ignored",
        BOTH,
        Reading("owner-asked-for"),
        |v| v.policy.role_owner = RefuseOrIgnore::Ignored,
    ),
    Variant::new("upper-case-refused", "UUIDs in upper case are refused", BOTH, Reading("upper-case-ids"), |v| {
        v.policy.upper_case = RefuseOrLower::Refused
    }),
    Variant::new(
        "actions-ignored",
        "an action other than ADD is ignored, and the participant added",
        BOTH,
        Reading("other-actions"),
        |v| v.policy.other_actions = OtherActions::Ignored,
    ),
    Variant::new(
        "named-twice-refused",
        "a GROUP in which a participant is named twice is refused",
        BOTH,
        Reading("participant-twice"),
        |v| v.policy.named_twice = RefuseOrListOnce::Refused,
    ),
    Variant::new(
        "caller-named-refused",
        "a GROUP in which the caller is named as participant is refused",
        BOTH,
        Reading("caller-as-participant"),
        |v| v.policy.caller_named = RefuseOrListOnce::Refused,
    ),
    Variant::new(
        "empty-group-refused",
        "a GROUP with nobody but the caller is refused",
        BOTH,
        Reading("group-without-participants"),
        |v| v.policy.group_without_participants = AcceptOrRefuse::Refused,
    ),
    Variant::new(
        "full-group-refused",
        "256 participants beside the caller are one too many",
        ONLY_2026,
        Reading("group-of-257"),
        |v| v.policy.full_group = AcceptOrRefuse::Refused,
    ),
    Variant::new(
        "lengths-in-utf-16",
        "a name has at most 512 units of UTF-16",
        ONLY_2026,
        Reading("name-length-unit"),
        |v| v.policy.length_unit = LengthUnit::Utf16Units,
    ),
    Variant::new(
        "controls-refused",
        "a name with control characters is refused",
        BOTH,
        Reading("control-characters"),
        |v| v.policy.controls = Controls::Refused,
    ),
    Variant::new(
        "controls-removed",
        "control characters are left out of a name",
        BOTH,
        Reading("control-characters"),
        |v| v.policy.controls = Controls::Removed,
    ),
    Variant::new(
        "names-trimmed",
        "outer white space is left out of a name",
        ONLY_2026,
        Reading("outer-white-space"),
        |v| v.policy.outer_space = OuterSpace::Trimmed,
    ),
    Variant::new(
        "contact-code-given",
        "a CONTACT has a code_id and a code_url, as a GROUP has",
        ONLY_2026,
        Reading("contact-code"),
        |v| v.policy.contact_code = ContactCode::Given,
    ),
    Variant::new("contact-owned", "the creator of a CONTACT is its OWNER", BOTH, Reading("contact-roles"), |v| {
        v.policy.contact_roles = ContactRoles::CreatorOwner
    }),
    Variant::new(
        "contact-owned-by-both",
        "both users of a CONTACT are its OWNERs",
        BOTH,
        Reading("contact-roles"),
        |v| v.policy.contact_roles = ContactRoles::BothOwners,
    ),
    Variant::new("offset-plus-zero", "the offset of times is written +00:00", BOTH, Reading("utc-offset"), |v| {
        v.policy.utc_offset = UtcOffset::Zero
    }),
    Variant::new("read-not-offered", "there is no GET /conversations/:id", BOTH, Reading("read-after-create"), |v| {
        v.policy.read = ReadOrNot::NotFound
    }),
    Variant::new(
        "known-actions-ignored",
        "an action that the page knows is ignored, and the participant added; another one is refused",
        BOTH,
        Reading("other-actions"),
        |v| v.policy.other_actions = OtherActions::UnknownRefused,
    ),
    Variant::new(
        "unknown-actions-ignored",
        "an action that the page does not know is ignored, and the participant added; REMOVE and the like are refused",
        BOTH,
        Reading("other-actions"),
        |v| v.policy.other_actions = OtherActions::KnownRefused,
    ),
    Variant::new(
        "action-demanded",
        "a participant without an action is refused",
        ONLY_2018,
        Reading("action-left-out"),
        |v| v.policy.action_left_out = ActionLeftOut::Refused,
    ),
    Variant::new(
        "without-action-left-out",
        "a participant without an action is not added, for nothing is to be done with them",
        ONLY_2018,
        Reading("action-left-out"),
        |v| v.policy.action_left_out = ActionLeftOut::LeftOut,
    ),
    Variant::new(
        "role-demanded",
        "a participant without a role is refused",
        ONLY_2018,
        Reading("role-left-out"),
        |v| v.policy.role_left_out = AcceptOrRefuse::Refused,
    ),
    Variant::new(
        "contact-admin-refused",
        "the role ADMIN in a CONTACT is refused",
        BOTH,
        Reading("admin-of-a-contact"),
        |v| v.policy.contact_admin = GiveOrNot::Refused,
    ),
    Variant::new(
        "contact-admin-ignored",
        "the role ADMIN in a CONTACT is ignored",
        BOTH,
        Reading("admin-of-a-contact"),
        |v| v.policy.contact_admin = GiveOrNot::Ignored,
    ),
    Variant::new(
        "contact-name-refused",
        "a CONTACT with a name is refused",
        ONLY_2026,
        Reading("name-of-a-contact"),
        |v| v.policy.contact_name = GiveOrNot::Refused,
    ),
    Variant::new(
        "contact-name-ignored",
        "a CONTACT has no name, whatever is asked for",
        ONLY_2026,
        Reading("name-of-a-contact"),
        |v| v.policy.contact_name = GiveOrNot::Ignored,
    ),
    Variant::new(
        "nul-refused",
        "a name with NUL is refused, and every other control character comes back",
        BOTH,
        Reading("control-characters"),
        |v| v.policy.controls = Controls::NulRefused,
    ),
    Variant::new(
        "names-trimmed-before",
        "white space before a name is left out, and white space after it stays",
        ONLY_2026,
        Reading("outer-white-space"),
        |v| v.policy.outer_space = OuterSpace::TrimmedBefore,
    ),
    Variant::new(
        "names-trimmed-after",
        "white space after a name is left out, and white space before it stays",
        ONLY_2026,
        Reading("outer-white-space"),
        |v| v.policy.outer_space = OuterSpace::TrimmedAfter,
    ),
    Variant::new(
        "outer-space-refused",
        "a name with white space around it is refused",
        ONLY_2026,
        Reading("outer-white-space"),
        |v| v.policy.outer_space = OuterSpace::Refused,
    ),
    Variant::new("named-groups", "a GROUP needs a name", ONLY_2026, Requirement("group-without-name"), |v| {
        v.policy.named_groups = true
    })
    .without(&["group-without-name"]),
    Variant::new(
        "small-groups",
        "a GROUP has eight participants beside the caller at the most",
        ONLY_2018,
        Requirement("group-any-size"),
        |v| v.policy.small_groups = true,
    ),
    Variant::new(
        "closed-user-list",
        "there are 1,024 users beside the callers (serve --list-users), and nobody else",
        BOTH,
        Requirement("user-id-uuid"),
        |v| v.closed_users = true,
    ),
];
