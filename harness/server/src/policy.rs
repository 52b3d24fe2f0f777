//! What the sources leave open, and the choices of this server.
//!
//! A choice is one of the readings of its row, so a server with another policy is equally correct. A mistake is not a
//! policy.

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
/// X10 by graphemes is not offered: it would need Unicode's tables of them.
///
/// Where no source says anything, the choice is fixed:
///
/// - In 2018 a request has no name and no announcement, but an answer has both: they are accepted as in 2026.
/// - 256 participants are the maximum in 2018, too, because memory must be bounded, and a CONTACT has exactly one, who
///   is not the caller.
/// - Of members with the same name in one object the last counts.
/// - Creating again with a request of the other category is refused, because it asks for something else.
///
/// The other fields of [`Policy`] are differences that no source forbids: a server of 2026 may not know the members
/// that its page does not name, and a database may store times less precisely than the first answer showed them.
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
    /// X9: 256 participants besides the caller.
    pub full_group: AcceptOrRefuse,
    /// X10: the unit in which the length of a name and an announcement is counted.
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
    /// X20: a creator creates a GROUP again with other participants.
    pub others: Others,
    /// X21: a token that is sent a second time.
    pub token_again: AcceptOrRefuse,
    /// How a member is answered who creates a GROUP again with a different request.
    pub again: Again,
    /// How a caller is answered who is not a member of the conversation.
    pub outsiders: Outsiders,
    /// Whether the role of a participant is known, in 2026.
    pub role: KnownOrNot,
    /// Whether the action of a participant is known, in 2026; if not, a request with one is refused.
    pub action: KnownOrNot,
    /// Whether random_id is known, in 2026; if not, a GROUP may have any id.
    pub random_id: KnownOrNot,
    /// Whether a GROUP needs a name, in 2026.
    pub named_groups: bool,
    /// Whether a GROUP of more than eight participants besides the caller is refused, in 2018.
    pub small_groups: bool,
    /// A lone surrogate in a text, as an escape.
    pub lone_surrogates: Surrogates,
    /// The precision of stored times.
    pub times_kept: TimesKept,
}

/// How a member is answered who creates a GROUP again with a different request. No source says it; nothing is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Again {
    /// With the existing GROUP, whatever else the request says.
    #[default]
    Answered,
    /// With a refusal if the id is not derived from the request, in 2026.
    IdChecked,
    /// With a refusal, except for the creator.
    ByCreator,
    /// With a refusal if the request names other members or roles.
    Unchanged,
    /// With a refusal, also for the creator: an existing conversation can only be read.
    Never,
}

/// The effect of other participants when the creator creates a GROUP again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Others {
    /// None: the answer shows the GROUP as it is.
    #[default]
    Unchanged,
    /// The request is refused.
    Refused,
    /// They are added to the members.
    Added,
    /// They replace the members.
    Replaced,
}

/// How a caller is answered who is not a member of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outsiders {
    /// A creation is forbidden, and a read finds nothing.
    #[default]
    NothingThere,
    /// Both are forbidden.
    Forbidden,
    /// Both are unauthorized.
    Unauthorized,
}

/// Whether a member of a request is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KnownOrNot {
    /// Known.
    #[default]
    Known,
    /// Not known: treated like any unknown member.
    NotKnown,
}

/// The effect of a participant without an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ActionLeftOut {
    /// The participant is added.
    #[default]
    Added,
    /// The participant is not added, because no action is asked for.
    LeftOut,
    /// The request is refused.
    Refused,
}

/// The effect of actions other than ADD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OtherActions {
    /// They are refused.
    #[default]
    Refused,
    /// They are ignored, and the participant is added.
    Ignored,
    /// Those that the page knows are ignored, others are refused.
    UnknownRefused,
    /// Those that the page knows are refused, others are ignored.
    KnownRefused,
}

/// Given, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GiveOrNot {
    /// Given, as the request asks.
    #[default]
    Given,
    /// Ignored, as if the request did not ask for it.
    Ignored,
    /// Refused.
    Refused,
}

/// The effect of a lone surrogate, as an escape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Surrogates {
    /// It is refused, because it is not a character.
    #[default]
    Refused,
    /// It is stored, and returned as it was sent.
    Echoed,
}

/// The precision of stored times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimesKept {
    /// As precise as in the first answer.
    #[default]
    Nanoseconds,
    /// In milliseconds, although the first answer is more precise.
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
    /// Ignored, as if it were absent.
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
    /// Listed once, with the role named first; the caller stays OWNER.
    #[default]
    ListedOnce,
}

/// The unit of lengths.
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
    /// Stored and returned unchanged.
    #[default]
    Echoed,
    /// Refused.
    Refused,
    /// Removed before the name is stored.
    Removed,
    /// NUL is refused, all others are echoed.
    NulRefused,
}

/// Leading and trailing white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OuterSpace {
    /// Stored and returned unchanged.
    #[default]
    Echoed,
    /// Removed before the name is stored.
    Trimmed,
    /// Leading white space is removed.
    TrimmedBefore,
    /// Trailing white space is removed.
    TrimmedAfter,
    /// Refused.
    Refused,
}

/// The code of a CONTACT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContactCode {
    /// Given, as for a GROUP.
    Given,
    /// Empty strings.
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
    /// Yes, by their members.
    #[default]
    Supported,
    /// No: there is no such endpoint.
    NotFound,
}
