// The floor learns its own words, before anything of it is drawn.
import { learn } from "../words";
import { floor } from "../words/floor";

learn(floor);
