//! What carnet says on paper, in mails and in short messages. Words only: nothing here knows a record. No
//! message holds health data, an identifier, a title or a link that logs in (rules, "Notices").

pub mod notices;
