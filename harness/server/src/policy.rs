//! What the sources leave open, and what this server chooses.
//!
//! A choice is one of the readings of its row, so a server with another policy is as correct as this one. What would be
//! wrong is not a policy.

/// What the server does where the sources leave it open. The default:
///
/// | row | question | readings | chosen, and why |
/// |---|---|---|---|
/// | X1 | a GROUP without random_id, in 2026 | accepted, refused | accepted: the documentation never asks for one |
/// | X2 | a GROUP whose id does not fit its random_id, in 2026 | accepted, refused | refused: the id is documented as derived |
/// | X3 | role OWNER in the request | refused, ignored | refused: the caller finds the mistake |
/// | X4 | upper-case UUIDs in the request | refused, lowered | lowered: "UUID strings are unexceptionally converted to lowercase" |
/// | X5 | actions other than ADD, and unknown ones | refused, ignored, the ones that are known or the others alone | refused: the caller finds the mistake |
/// | X6 | a participant named twice | refused, listed once | listed once, with the role named first: members are a set |
/// | X7 | the caller named as participant | refused, listed once | listed once, as OWNER: members are a set |
/// | X8 | a GROUP with no participants | accepted, refused | accepted: no sentence demands one |
/// | X9 | 256 participants beside the caller | accepted, refused | accepted: "up to 256 people" |
/// | X10 | what "512 characters" counts | code points, UTF-16 units, graphemes | code points: JSON Schema counts them |
/// | X11 | NUL and control characters in a name | echoed, refused, removed, NUL alone refused | echoed: what is stored is given back unchanged |
/// | X12 | outer white space of a name | echoed, trimmed on both sides or on one, refused | echoed: the same |
/// | X13 | code_id and code_url of a CONTACT | given, empty | empty: nobody joins it |
/// | X14 | the roles in a CONTACT | creator OWNER, both "" | both "" where no other is asked for: nobody owns it |
/// | X15 | the offset of times | Z, +00:00, another | Z |
/// | X16 | GET after POST | supported, 404 | supported |
/// | X17 | a participant without an action, in 2018 | refused, added, left out | added: the official SDK of that year sends none |
/// | X17 | a participant without a role, in 2018 | refused, accepted | accepted: none is as good as an empty one |
/// | X18 | role ADMIN in a CONTACT | refused, ignored, given | given: the request has it |
/// | X19 | a name in a CONTACT, in 2026 | refused, given, ignored | given: what is stored is given back |
/// | X20 | other participants, by the creator who creates a GROUP again | refused, unchanged, added, replaced | unchanged: members come and go by other endpoints |
/// | X21 | a token that comes a second time | refused, accepted | accepted: clients resend requests |
///
/// X10 by graphemes is not offered: it would need their tables.
///
/// Where a source says nothing at all, the choice is fixed:
///
/// - In 2018 a request has no name and no announcement, but an answer has both: they are taken as in 2026.
/// - 256 participants are the most in 2018 too, for memory must be bounded, and a CONTACT has exactly one, who is not
///   the caller.
/// - Of members with the same name in one object the last counts.
/// - Creating again with a request of the other category is refused, for it asks for something else.
///
/// What [`Policy`] has beside these rows are differences that no sentence forbids: a server of 2026 may not know the members
/// that its page does not name, and a database may keep times less finely than they were told first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Policy {
    /// X1: a GROUP without random_id, in 2026.
    pub group_without_random_id: AcceptOrRefuse,
    /// X2: a GROUP whose id does not fit its random_id, in 2026.
    pub group_id_does_not_fit: RefuseOrAccept,
    /// X3: role OWNER in the request.
    pub role_owner: RefuseOrIgnore,
    /// X4: upper-case UUIDs in the request.
    pub upper_case: RefuseOrLower,
    /// X5: actions other than ADD, and unknown ones. Where they are ignored, the participant is added.
    pub other_actions: OtherActions,
    /// X6: a participant named twice.
    pub named_twice: RefuseOrListOnce,
    /// X7: the caller named as participant of a GROUP.
    pub caller_named: RefuseOrListOnce,
    /// X8: a GROUP with no participants.
    pub group_without_participants: AcceptOrRefuse,
    /// X9: 256 participants beside the caller.
    pub full_group: AcceptOrRefuse,
    /// X10: what the length of a name and an announcement counts.
    pub length_unit: LengthUnit,
    /// X11: NUL and control characters in a name.
    pub controls: Controls,
    /// X12: outer white space of a name.
    pub outer_space: OuterSpace,
    /// X13: code_id and code_url of a CONTACT.
    pub contact_code: ContactCode,
    /// X14: the roles in a CONTACT.
    pub contact_roles: ContactRoles,
    /// X15: the offset of times.
    pub utc_offset: UtcOffset,
    /// X16: GET after POST.
    pub read: ReadOrNot,
    /// X17: a participant without an action, in 2018.
    pub action_left_out: ActionLeftOut,
    /// X17: a participant without a role, in 2018.
    pub role_left_out: AcceptOrRefuse,
    /// X18: role ADMIN in a CONTACT.
    pub contact_admin: GiveOrNot,
    /// X19: a name in a CONTACT, in 2026.
    pub contact_name: GiveOrNot,
    /// X20: other participants, by the creator who creates a GROUP again.
    pub others: Others,
    /// X21: a token that comes a second time.
    pub token_again: AcceptOrRefuse,
    /// What becomes of a GROUP that a member creates again, otherwise than before.
    pub again: Again,
    /// What somebody hears who is not in a conversation.
    pub outsiders: Outsiders,
    /// Whether the role of a participant is known, in 2026.
    pub role: KnownOrNot,
    /// Whether the action of a participant is known, in 2026; where it is not, a request with one is refused.
    pub action: KnownOrNot,
    /// Whether random_id is known, in 2026; where it is not, a GROUP has any id.
    pub random_id: KnownOrNot,
    /// Whether a GROUP needs a name, in 2026.
    pub named_groups: bool,
    /// Whether a GROUP of more than eight participants beside the caller is refused, in 2018.
    pub small_groups: bool,
    /// Half a surrogate pair in a text, as an escape.
    pub lone_surrogates: Surrogates,
    /// How finely times are kept once they were told.
    pub times_kept: TimesKept,
}

/// What becomes of a GROUP that a member creates again, otherwise than before. No source says; it changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Again {
    /// It is answered with what is there, whatever else the request says.
    #[default]
    Answered,
    /// It is refused where its id does not follow from what it says, in 2026.
    IdChecked,
    /// It is refused to everybody but its creator.
    ByCreator,
    /// It is refused where it names other members or roles.
    Unchanged,
    /// It is refused to everybody: what is there is read.
    Never,
}

/// What becomes of other participants, by the creator who creates a GROUP again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Others {
    /// Nothing: the GROUP is answered as it is.
    #[default]
    Unchanged,
    /// The request is refused.
    Refused,
    /// They get in beside those who are there.
    Added,
    /// They take the place of those who are there.
    Replaced,
}

/// What somebody hears who is not in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outsiders {
    /// That its creation is forbidden, and that there is nothing to read.
    #[default]
    NothingThere,
    /// That both are forbidden.
    Forbidden,
    /// That they are not authorized.
    Unauthorized,
}

/// Known, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KnownOrNot {
    /// Known.
    #[default]
    Known,
    /// A member like any that there is not.
    NotKnown,
}

/// A participant without an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ActionLeftOut {
    /// Is added.
    #[default]
    Added,
    /// Is not added, for nothing is to be done.
    LeftOut,
    /// Is refused.
    Refused,
}

/// Actions other than ADD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OtherActions {
    /// Are refused.
    #[default]
    Refused,
    /// Are ignored, and the participant is added.
    Ignored,
    /// Those that the page knows are ignored, and others refused.
    UnknownRefused,
    /// Those that the page knows are refused, and others ignored.
    KnownRefused,
}

/// Given, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GiveOrNot {
    /// Given as it was asked for.
    #[default]
    Given,
    /// As if it had not been asked for.
    Ignored,
    /// Refused.
    Refused,
}

/// Half a surrogate pair, as an escape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Surrogates {
    /// Is refused: it is no character.
    #[default]
    Refused,
    /// Is stored, and given back as it came.
    Echoed,
}

/// How finely times are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimesKept {
    /// As they are told.
    #[default]
    Nanoseconds,
    /// In milliseconds, while the first answer is finer.
    Milliseconds,
}

/// Accepted, or refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AcceptOrRefuse {
    /// Accepted.
    #[default]
    Accepted,
    /// Refused.
    Refused,
}

/// Refused, or accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RefuseOrAccept {
    /// Refused.
    #[default]
    Refused,
    /// Accepted.
    Accepted,
}

/// Refused, or ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RefuseOrIgnore {
    /// Refused.
    #[default]
    Refused,
    /// As if it were not there.
    Ignored,
}

/// Refused, or lowered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RefuseOrLower {
    /// Refused.
    Refused,
    /// Converted to lower case before anything else.
    #[default]
    Lowered,
}

/// Refused, or listed once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RefuseOrListOnce {
    /// Refused.
    Refused,
    /// A member once, with the role named first; the caller stays OWNER.
    #[default]
    ListedOnce,
}

/// What a length counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LengthUnit {
    /// Unicode code points.
    #[default]
    CodePoints,
    /// The 16-bit units of UTF-16.
    Utf16Units,
}

/// NUL and control characters (U+0000 to U+001F, U+007F to U+009F).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Controls {
    /// Stored and given back.
    #[default]
    Echoed,
    /// Refused.
    Refused,
    /// Left out of what is stored.
    Removed,
    /// NUL is refused, and every other one echoed.
    NulRefused,
}

/// Outer white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OuterSpace {
    /// Stored and given back.
    #[default]
    Echoed,
    /// Left out of what is stored.
    Trimmed,
    /// Left out before the name.
    TrimmedBefore,
    /// Left out after the name.
    TrimmedAfter,
    /// Refused.
    Refused,
}

/// The code of a CONTACT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContactCode {
    /// As that of a GROUP.
    Given,
    /// Empty texts.
    #[default]
    Empty,
}

/// The roles in a CONTACT whose request asks for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContactRoles {
    /// The creator is OWNER.
    CreatorOwner,
    /// Both are OWNER.
    BothOwners,
    /// Both are "".
    #[default]
    BothOrdinary,
}

/// The offset from UTC at which times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UtcOffset {
    /// `Z`.
    #[default]
    Z,
    /// `+00:00`.
    Zero,
    /// `+08:00`, with the time of day there.
    EightHours,
}

/// Whether conversations can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReadOrNot {
    /// By their members.
    #[default]
    Supported,
    /// There is no such endpoint.
    NotFound,
}
