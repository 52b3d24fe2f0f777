//! A conversation as the server keeps it. One that is kept never changes: another takes its place, where a policy or a
//! fault says so.

use mixinspec_types::edition_2026::ConversationCategory;
use uuid::Uuid;

use crate::timestamp::UnixTime;

/// A GROUP, or the conversation of two users.
#[derive(Debug, Clone)]
pub(crate) struct StoredConversation {
    pub(crate) id: Uuid,
    pub(crate) category: ConversationCategory,
    pub(crate) creator: Uuid,
    pub(crate) name: Box<str>,
    pub(crate) announcement: Box<str>,
    pub(crate) created_at: UnixTime,
    /// By which it is joined; a CONTACT may have none.
    pub(crate) code: Option<Uuid>,
    /// The creator first; nobody twice.
    pub(crate) members: Box<[Member]>,
}

impl StoredConversation {
    pub(crate) fn has_member(&self, user: Uuid) -> bool {
        self.members.iter().any(|member| member.user == user)
    }

    /// The same with times that have no more than milliseconds.
    pub(crate) fn cut_to_milliseconds(mut self) -> Self {
        self.created_at = self.created_at.to_the_millisecond();
        for member in &mut self.members {
            member.joined = member.joined.to_the_millisecond();
        }
        self
    }
}

/// Somebody in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) user: Uuid,
    pub(crate) role: MemberRole,
    pub(crate) joined: UnixTime,
}

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MemberRole {
    Owner,
    Admin,
    Ordinary,
}

impl MemberRole {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "OWNER",
            Self::Admin => "ADMIN",
            Self::Ordinary => "",
        }
    }
}
