// Package hiding keeps the log of moderation: what was hidden, why, who appealed, and what was decided.
//
// HIDDEN -> APPEALED -> UPHELD | OVERTURNED, and HIDDEN, APPEALED or UPHELD -> RESTORED by a moderator. The party whose words were
// hidden may appeal once. Another member than the one who hid decides, and so does nobody who appealed. An appeal that nobody decides in
// time stands as overdue. Everybody who may see where something was hidden sees all of this, but for the appeal, which may repeat what was
// hidden. It never holds what was hidden.
package hiding
