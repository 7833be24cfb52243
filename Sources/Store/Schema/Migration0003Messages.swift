extension Migration {
    /// What people look for in the message log: the newest of a sender, of an event, of a control id, of a time.
    static let messages = Migration(
        number: 3,
        name: "messages",
        sql: #"""
            -- The receiving statement finds sender and control id in message_once; people ask for a sender's newest.
            drop index message_sender;
            create index message_sender on message (sender collate "C", seq);
            create index message_event on message (event, seq);
            create index message_control on message (control_id, seq);
            create index message_received on message (received);
            """#)
}
