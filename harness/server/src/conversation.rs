//! The stored conversation. A stored conversation never changes; a policy or a fault may replace it by another.

use mixinspec_types::edition_2026::ConversationCategory;
use uuid::Uuid;

use crate::timestamp::UnixTime;

/// A GROUP, or a CONTACT: the conversation of two users.
#[derive(Debug, Clone)]
pub(crate) struct StoredConversation {
    pub(crate) id: Uuid,
    pub(crate) category: ConversationCategory,
    pub(crate) creator: Uuid,
    pub(crate) name: Box<str>,
    pub(crate) announcement: Box<str>,
    pub(crate) created_at: UnixTime,
    /// The code for joining it; a CONTACT may have none.
    pub(crate) code: Option<Uuid>,
    /// The creator first; without duplicates.
    pub(crate) members: Box<[Member]>,
}

impl StoredConversation {
    pub(crate) fn has_member(&self, user: Uuid) -> bool {
        self.members.iter().any(|member| member.user == user)
    }

    /// The conversation with all times truncated to milliseconds.
    pub(crate) fn cut_to_milliseconds(mut self) -> Self {
        self.created_at = self.created_at.to_the_millisecond();
        for member in &mut self.members {
            member.joined = member.joined.to_the_millisecond();
        }
        self
    }
}

/// A member of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) user: Uuid,
    pub(crate) role: MemberRole,
    pub(crate) joined: UnixTime,
}

/// The role of a member.
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
