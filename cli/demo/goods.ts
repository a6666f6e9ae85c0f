/** What the sample shop sells, and where it delivers, as its chats name it. */
export const ITEMS = {
  en: [
    "the oak dining table",
    "the linen sofa",
    "the rattan armchair",
    "the walnut sideboard",
    "the teak bench",
    "the majlis corner sofa",
    "the queen bed with drawers",
    "the marble coffee table",
    "the bookshelf in ash",
    "the kids' bunk bed",
  ],
  ar: [
    "طاولة الطعام من خشب البلوط",
    "كنبة الكتان",
    "كرسي الراتان",
    "خزانة الجوز",
    "مقعد خشب الساج",
    "جلسة المجلس",
    "السرير المزدوج مع الأدراج",
    "طاولة القهوة الرخامية",
    "رف الكتب",
    "سرير الأطفال بطابقين",
  ],
} as const;

export const AREAS = {
  en: [
    "Al Barsha",
    "Jumeirah 2",
    "Dubai Marina",
    "Mirdif",
    "Business Bay",
    "Al Nahda",
    "Arabian Ranches",
    "Deira",
  ],
  ar: ["البرشاء", "جميرا 2", "دبي مارينا", "مردف", "الخليج التجاري", "النهدة", "المرابع العربية", "ديرة"],
} as const;

/** Latitude and longitude of the areas, in their order. */
export const PLACES: ReadonlyArray<readonly [latitude: number, longitude: number]> = [
  [25.1107, 55.1963],
  [25.2009, 55.2407],
  [25.0805, 55.1403],
  [25.2166, 55.4171],
  [25.1857, 55.2744],
  [25.2921, 55.3708],
  [25.0556, 55.2666],
  [25.2711, 55.3075],
];

export const DAYS = {
  en: ["Monday", "Tuesday", "Wednesday", "Thursday", "Saturday"],
  ar: ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "السبت"],
} as const;

export const DRIVERS = { en: ["Saleem", "Bilal", "Joseph"], ar: ["سليم", "بلال", "جوزيف"] } as const;
