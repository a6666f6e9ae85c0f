import type { MailLanguage } from "./mail-kinds.ts";
import type { MailWords } from "./texts/mail-words.ts";

export interface MailPage {
  readonly words: MailWords;
  readonly href: string | undefined;
  readonly foot: string;
  readonly language: MailLanguage;
}

/** Colours of console/src/theme/tokens.css, light; in the dark the head's rules take over where they are understood. */
const DARK = `@media (prefers-color-scheme:dark){
.page{background:#0c0f16!important}.card{background:#141820!important;border-color:#282c37!important}
.strong{color:#ebedf1!important}.quiet{color:#9ea3ae!important}.act{background:#4f6ecc!important}}`;

const FONT = "font-family:Inter,'Segoe UI',Roboto,'Noto Sans Arabic',Arial,sans-serif";

/** One column in our look. No pictures, no addresses but the one link: opening it tells nobody anything. */
export function mailHtml({ words, href, foot, language }: MailPage): string {
  const dir = language === "ar" ? "rtl" : "ltr";
  const align = language === "ar" ? "right" : "left";
  const cell = `dir="${dir}" style="${FONT};text-align:${align}`;
  const strong = (text: string) =>
    `<p class="strong" ${cell};margin:0 0 16px;font-size:15px;line-height:24px;color:#1b2131">${escapeHtml(text)}</p>`;
  const quiet = (text: string) =>
    `<p class="quiet" ${cell};margin:0 0 8px;font-size:13px;line-height:20px;color:#656a78">${escapeHtml(text)}</p>`;
  const act =
    words.action === undefined || href === undefined
      ? ""
      : `<p ${cell};margin:8px 0 24px"><a class="act" href="${escapeHtml(href)}" style="${FONT};display:inline-block;padding:12px 20px;border-radius:8px;background:#2d46a1;color:#ffffff;font-size:15px;line-height:20px;font-weight:600;text-decoration:none">${escapeHtml(words.action.label)}</a></p>`;
  return `<!doctype html>
<html lang="${language}" dir="${dir}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${escapeHtml(words.subject)}</title><style>${DARK}</style></head>
<body class="page" style="margin:0;padding:0;background:#f9f7f4">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:#f9f7f4"><tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px"><tr><td ${cell};padding:0 4px 16px;font-size:15px;font-weight:600;letter-spacing:-.012em;color:#2d46a1">Wardroom</td></tr>
<tr><td class="card" ${cell};background:#ffffff;border:1px solid #e6e4df;border-radius:12px;padding:28px 28px 20px">
<h1 class="strong" ${cell};margin:0 0 16px;font-size:20px;line-height:28px;font-weight:600;color:#1b2131">${escapeHtml(words.subject)}</h1>
${words.paragraphs.map(strong).join("\n")}
${act}
${(words.notes ?? []).map(quiet).join("\n")}
</td></tr><tr><td style="padding:16px 4px 0">${quiet(foot)}</td></tr></table>
</td></tr></table></body></html>
`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
