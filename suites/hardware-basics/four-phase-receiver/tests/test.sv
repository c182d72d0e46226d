`timescale 1 ps/1 ps

// Whole handshakes with and without room, requests withdrawn, room withdrawn during ack, resets in
// each phase, then random inputs.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_ack;
        int errortime_ack;
        int errors_strobe;
        int errortime_strobe;
        int errors_word;
        int errortime_word;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic reset;
    logic req;
    logic [7:0] data;
    logic room;
    logic ack_ref;
    logic ack_dut;
    logic strobe_ref;
    logic strobe_dut;
    logic [7:0] word_ref;
    logic [7:0] word_dut;

    RefModule good1 (
        .clk(clk),
        .reset(reset),
        .req(req),
        .data(data),
        .room(room),
        .ack(ack_ref),
        .strobe(strobe_ref),
        .word(word_ref)
    );

    TopModule top_module1 (
        .clk(clk),
        .reset(reset),
        .req(req),
        .data(data),
        .room(room),
        .ack(ack_dut),
        .strobe(strobe_dut),
        .word(word_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 72804;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    initial begin
        reset = 1; req = 1; room = 1; data = 8'h11;
        repeat (2) @(negedge clk);
        reset = 0; data = 8'h22;
        repeat (3) @(negedge clk) data = data + 1;
        room = 0;
        repeat (2) @(negedge clk);
        req = 0;
        repeat (2) @(negedge clk);
        req = 1; data = 8'h44;
        repeat (3) @(negedge clk);
        req = 0;
        @(negedge clk) room = 1;
        repeat (2) @(negedge clk);
        req = 1;
        @(negedge clk) req = 0;
        @(negedge clk) req = 1; data = 8'h55;
        repeat (3) @(negedge clk);
        reset = 1; data = 8'h66;
        @(negedge clk) reset = 0;
        @(negedge clk) reset = 1; req = 0;
        @(negedge clk) reset = 0;
        repeat (3000) @(negedge clk) begin
            if (pick(3) == 0) req = ~req;
            room = pick(3) != 0;
            data = $random(seed);
            reset = pick(60) == 0;
        end
        @(negedge clk) $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = {ack_ref, strobe_ref, word_ref} === ({ack_ref, strobe_ref, word_ref} ^ {ack_dut, strobe_dut, word_dut} ^ {ack_ref, strobe_ref, word_ref});

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (ack_ref !== (ack_ref ^ ack_dut ^ ack_ref)) begin
            if (stats1.errors_ack == 0) stats1.errortime_ack = $time;
            stats1.errors_ack++;
        end
        if (strobe_ref !== (strobe_ref ^ strobe_dut ^ strobe_ref)) begin
            if (stats1.errors_strobe == 0) stats1.errortime_strobe = $time;
            stats1.errors_strobe++;
        end
        if (word_ref !== (word_ref ^ word_dut ^ word_ref)) begin
            if (stats1.errors_word == 0) stats1.errortime_word = $time;
            stats1.errors_word++;
        end
    end

    final begin
        if (stats1.errors_ack) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "ack", stats1.errors_ack, stats1.errortime_ack);
        else $display("Hint: Output '%s' has no mismatches.", "ack");
        if (stats1.errors_strobe) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "strobe", stats1.errors_strobe, stats1.errortime_strobe);
        else $display("Hint: Output '%s' has no mismatches.", "strobe");
        if (stats1.errors_word) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "word", stats1.errors_word, stats1.errortime_word);
        else $display("Hint: Output '%s' has no mismatches.", "word");
        $display("Hint: Total mismatched samples is %1d out of %1d samples\n", stats1.errors, stats1.clocks);
        $display("Simulation finished at %0d ps", $time);
        $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);
    end

    initial begin
        #1000000
        $display("TIMEOUT");
        $finish();
    end

endmodule
