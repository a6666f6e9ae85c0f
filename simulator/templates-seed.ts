import { mintGraphId } from "./meta-ids.ts";
import type { TemplateRecord } from "./records.ts";

type Seed = Omit<TemplateRecord, "templateId" | "wabaId">;

const body = (text: string, example?: object) => ({
  type: "BODY",
  text,
  ...(example === undefined ? {} : { example }),
});
const positional = (...values: string[]) => ({ body_text: [values] });

/** One of each that a business meets: categories, languages, positional and named parameters, media, buttons, states. */
const SEEDS: readonly Seed[] = [
  {
    name: "order_ready",
    language: "en_US",
    category: "UTILITY",
    status: "APPROVED",
    parameterFormat: "POSITIONAL",
    components: [
      body("Hello {{1}}, your order {{2}} is ready. We are open until 22:00.", positional("Layla", "1042")),
      { type: "FOOTER", text: "Sent by the simulator" },
    ],
  },
  {
    name: "order_ready",
    language: "ar",
    category: "UTILITY",
    status: "APPROVED",
    parameterFormat: "POSITIONAL",
    components: [
      body("مرحباً {{1}}، طلبك رقم {{2}} جاهز. نستقبلكم حتى الساعة 22:00.", positional("ليلى", "1042")),
      { type: "FOOTER", text: "أرسله المحاكي" },
    ],
  },
  {
    name: "delivery_time",
    language: "en_US",
    category: "UTILITY",
    status: "APPROVED",
    parameterFormat: "NAMED",
    components: [
      { type: "HEADER", format: "TEXT", text: "Your delivery" },
      body("Hello {{first_name}}, we can deliver on {{day}}. Does this suit you?", {
        body_text_named_params: [
          { param_name: "first_name", example: "Layla" },
          { param_name: "day", example: "Thursday" },
        ],
      }),
      {
        type: "BUTTONS",
        buttons: [
          { type: "QUICK_REPLY", text: "Yes, that suits me" },
          { type: "QUICK_REPLY", text: "Another day, please" },
        ],
      },
    ],
  },
  {
    name: "delivery_time",
    language: "ar",
    category: "UTILITY",
    status: "APPROVED",
    parameterFormat: "NAMED",
    components: [
      { type: "HEADER", format: "TEXT", text: "موعد التوصيل" },
      body("مرحباً {{first_name}}، يمكننا التوصيل يوم {{day}}. هل يناسبك؟", {
        body_text_named_params: [
          { param_name: "first_name", example: "ليلى" },
          { param_name: "day", example: "الخميس" },
        ],
      }),
      {
        type: "BUTTONS",
        buttons: [
          { type: "QUICK_REPLY", text: "نعم، يناسبني" },
          { type: "QUICK_REPLY", text: "يوم آخر من فضلكم" },
        ],
      },
    ],
  },
  {
    name: "autumn_offer",
    language: "en_US",
    category: "MARKETING",
    status: "APPROVED",
    parameterFormat: "POSITIONAL",
    components: [
      { type: "HEADER", format: "IMAGE", example: { header_handle: ["4::simulator"] } },
      body("Hello {{1}}, everything made of oak is {{2}} cheaper this week.", positional("Layla", "20 %")),
      {
        type: "BUTTONS",
        buttons: [
          { type: "URL", text: "See the offer", url: "https://example.com/offers/{{1}}", example: ["oak"] },
          { type: "QUICK_REPLY", text: "Stop offers" },
        ],
      },
    ],
  },
  {
    name: "seasonal_greeting",
    language: "ar",
    category: "MARKETING",
    status: "APPROVED",
    parameterFormat: "POSITIONAL",
    components: [body("كل عام وأنتم بخير يا {{1}}. خصم {{2}} على طلبك القادم.", positional("ليلى", "10%"))],
  },
  {
    name: "sign_in_code",
    language: "en_US",
    category: "AUTHENTICATION",
    status: "APPROVED",
    parameterFormat: "POSITIONAL",
    components: [
      {
        ...body("*{{1}}* is your verification code.", positional("123456")),
        add_security_recommendation: true,
      },
      { type: "FOOTER", text: "This code expires in 10 minutes.", code_expiration_minutes: 10 },
      {
        type: "BUTTONS",
        buttons: [
          {
            type: "URL",
            text: "Copy code",
            url: "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}",
          },
        ],
      },
    ],
  },
  {
    name: "weekly_digest",
    language: "en_US",
    category: "MARKETING",
    status: "PAUSED",
    parameterFormat: "POSITIONAL",
    components: [body("Hello {{1}}, here is what is new this week.", positional("Layla"))],
  },
  {
    name: "free_gift",
    language: "en_US",
    category: "MARKETING",
    status: "REJECTED",
    rejectedReason: "TAG_CONTENT_MISMATCH",
    parameterFormat: "POSITIONAL",
    components: [body("Your free gift is waiting. Reply with your card number.")],
  },
];

export function seedTemplates(wabaId: string): TemplateRecord[] {
  return SEEDS.map((seed) => ({ ...seed, templateId: mintGraphId(), wabaId }));
}
