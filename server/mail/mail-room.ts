/** What queueing needs to know. There is one only where SMTP is set: without it nothing is queued, and so nothing is late. */
export interface MailRoom {
  /** Where links lead: an origin without a slash at its end, "https://desk.example.com". */
  readonly publicUrl: string;
}
