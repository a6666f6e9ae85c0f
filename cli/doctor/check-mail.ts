import { describeSmtp } from "../../server/config/smtp-settings.ts";
import type { Mailer, SmtpSettings } from "../../server/mail/smtp.ts";
import { attention, type Finding, failing, ok } from "./finding.ts";

const CHECK = "mail";

/** Whether mail can leave: connects, secures and logs in, and sends nothing. */
export async function checkMail(
  smtp: SmtpSettings | undefined,
  mailer: Mailer | undefined,
): Promise<Finding> {
  if (smtp === undefined || mailer === undefined)
    return attention(
      CHECK,
      "No SMTP is set: nobody is told anything by mail, and links are carried by hand.",
      "Set WARDROOM_SMTP_URL and WARDROOM_MAIL_FROM.",
    );
  const where = describeSmtp(smtp);
  const { ok: isWell, reason } = await mailer.verify();
  if (isWell) return ok(CHECK, `The mail server ${where} answers and takes our login.`);
  return failing(
    CHECK,
    `The mail server ${where} cannot be used (${reason}).`,
    "Correct the WARDROOM_SMTP settings, its certificate, or the way to it; mails wait for up to 24 hours.",
  );
}
