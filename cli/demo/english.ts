import { readDialogues } from "./dialogue.ts";

/** Chats of a furniture shop in Dubai. All made up. */
export const ENGLISH = readDialogues(`
c> Hi, do you have {item} in the showroom?
b> Hello {name}, this is {agent} from Marsa Home. Yes, {item} is on the first floor in Al Quoz.
c> Great. Which colours?
b image> Sand, grey and a dark green.
c> The green one is lovely. How much is it?
b> AED {price}, with delivery and assembly in Dubai.
c> Thank you, we will come by on {day}.
c reaction> ❤️

c> Good morning. My order {order} was due today but nobody has called.
b> Good morning {name}. Let me look at it for you.
b> It is on the van. The driver is {driver} and he is in {area} around 3 pm.
c> OK, is it possible after 4? I am still at work.
b> I have moved you to the last stop, between 5 and 6.
c> Perfect, thank you so much
c reaction> 👍

c> Hello, {item} arrived with a scratch on one leg.
c image> This is the leg
b> I am sorry about that, {name}. Could you send me your order number?
c> {order}
b> Thank you. A new leg is on order and comes on {day}. The carpenter fits it at your home, at no cost.
c> That works. Morning, please.
b> Noted, between 9 and 12.
c> Thanks {agent}!

c> What are your opening hours on {day}?
b> We are open from 10 am to 10 pm, and on Friday from 2 pm.
c> Thanks

c voice>
b> Thank you for the message, {name}. You would like {item} in oak rather than walnut, is that right?
c> Yes exactly
b> We have two left in oak. I can hold one for you until {day}.
c> Please hold it. I will transfer the deposit today.
b document> Quotation {order}.pdf
c> Done, just sent it.
b> Received, thank you. We will call before delivery.

c> Do you deliver to {area}?
b> Yes, every day but Sunday. May I have the exact location?
c location> {area}
b> Got it. Delivery is free for orders above AED 1,500, otherwise AED 95.
c> OK great

c> Can I pay in instalments?
b> Yes, in four parts without interest, through your bank card at checkout. From AED 500 up.
c> Do you need any documents for that?
b> Only your Emirates ID, and the app asks you for it. We do not need a copy.
c> Good to know, thanks

c> Hi {agent}, it is {name} again. We measured the wall: 2.84 m. Will {item} fit?
b> Hello again! It is 2.60 m wide, so you have 12 cm on each side.
c> Perfect. And through a lift door of 90 cm?
b> It comes in three parts, the widest is 82 cm. No problem.
c> Then please go ahead with the order
b> Wonderful. Order {order} is in, delivery on {day}.
c reaction> 🙏

b template> order_ready
c> Thank you, can my brother pick it up?
b> Of course. Please send me his name, and he shows the order number at the desk.
c card>
b> Thank you, noted.

b template> delivery_time
c tap> Yes, that suits me
b> Wonderful, see you on {day}. The driver calls 30 minutes before.
c> 👍

c> I would like to return {item}. It is too big for our living room.
b> No problem, {name}. It is 14 days from delivery. Is it still in one piece and clean?
c> Yes, we only unpacked it
c image> Here it is
b> Thank you. We collect it on {day} and the refund takes 5 working days. The collection costs AED 120.
c> 120 for a pickup?
b> I understand. As you are exchanging it for another piece, there is no charge.
c> Ok then I take the smaller one. Thanks for sorting it out

c> Is {item} available in other fabrics? My daughter has a cat 😅
b> Then I would take the microfibre: a damp cloth and it is clean again.
b image> These five are in stock.
c quote> The second from the left please
b> A good choice. AED {price} and two weeks to make.
c> ok deal

c> hello
b> Hello {name}, how can I help?
c> sorry, found it on the website already :)

c> We are furnishing a new office in {area}, 14 desks and chairs. Who do I talk to?
b> With me, happily. Do you have a floor plan?
c document> Floor plan {area}.pdf
b> Thank you. I will come back to you with an offer until {day}.
b document> Offer {order}.pdf
c> Received. We need delivery before the 1st, is this realistic?
b> If you confirm this week, yes.
c> I will talk to my partner and confirm
c> Confirmed. Please send the invoice to the company address.
b document> Invoice {order}.pdf

c> The assembly team was excellent today. Please tell them!
b> That makes us happy, {name}. I will read it to them in the morning.

c> My {item} squeaks since a week. Is that covered?
b> It is: two years on frames and joints. Do you have a short video or a recording?
c voice>
b> I hear it. That is the centre bar, a five-minute repair. {day}, between 10 and 12?
c> Yes please

c> Do you have a catalogue I can look at?
b document> Marsa Home catalogue.pdf
c> Nice, thank you

c> Is the outlet open this weekend?
b> Yes, Saturday and Sunday from 11 to 8. Ex-display pieces are up to 40 % less.
c> 👌

c> Hi, I ordered {item} three weeks ago ({order}) and still nothing!!
b> I am sorry, {name}, that is not what we promised. I am looking into it now.
b> The container was held at Jebel Ali until yesterday. Your piece is in our warehouse since this morning.
c> Ok. When?
b> Tomorrow at 10, first stop, and we take the delivery fee off.
c> Fine. Thank you for being honest

c> Could you send me the care instructions for the marble table?
b> With pleasure. Wipe it dry, no vinegar, no lemon, and coasters under hot cups.
c> Too late for the lemon 🙈
b> It happens. Our polisher can do it for AED 250, he is in {area} every week.
c> Let me think about it

c> thanks!
b> With pleasure.

c> Thank you, it looks great in the room.
`);

/** How a new customer begins who has no answer yet. */
export const ENGLISH_OPENINGS = readDialogues(`
c> Hi, is {item} still available?
c> I saw it on your page for AED {price}

c> Hello, I need a quotation for a sofa, a table and six chairs.
c> Delivery to {area}

c> Good morning, my order {order} has not arrived. Can somebody call me?

c voice>

c image> Do you have this one?

c> Do you also repair old furniture?

c> Hi! Can I change the delivery of {order} to {day}?
c> Anytime after 3 pm
`);
