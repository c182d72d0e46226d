`timescale 1 ps/1 ps

// Fill and overfill, drain and over-drain, both at once when empty, full and between, the pointers
// round several times, a reset between the edges, then mixes that lean to full and to empty.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_out;
        int errortime_out;
        int errors_full;
        int errortime_full;
        int errors_empty;
        int errortime_empty;
        int errors_count;
        int errortime_count;
        int errors_dropped;
        int errortime_dropped;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic areset;
    logic push;
    logic pop;
    logic [7:0] in;
    logic [7:0] out_ref;
    logic [7:0] out_dut;
    logic full_ref;
    logic full_dut;
    logic empty_ref;
    logic empty_dut;
    logic [2:0] count_ref;
    logic [2:0] count_dut;
    logic dropped_ref;
    logic dropped_dut;

    RefModule good1 (
        .clk(clk),
        .areset(areset),
        .push(push),
        .pop(pop),
        .in(in),
        .out(out_ref),
        .full(full_ref),
        .empty(empty_ref),
        .count(count_ref),
        .dropped(dropped_ref)
    );

    TopModule top_module1 (
        .clk(clk),
        .areset(areset),
        .push(push),
        .pop(pop),
        .in(in),
        .out(out_dut),
        .full(full_dut),
        .empty(empty_dut),
        .count(count_dut),
        .dropped(dropped_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 25980;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    task steps(input int n, input int push_of_8, input int pop_of_8);
        repeat (n) begin
            push = pick(8) < push_of_8;
            pop = pick(8) < pop_of_8;
            in = $random(seed);
            @(negedge clk);
        end
    endtask
    initial begin
        areset = 1; push = 1; pop = 0; in = 8'h5a;
        repeat (2) @(negedge clk);
        areset = 0;
        steps(3, 0, 8);
        steps(9, 8, 0);
        steps(4, 8, 8);
        steps(3, 8, 0);
        steps(9, 0, 8);
        steps(3, 8, 8);
        steps(20, 8, 8);
        steps(2, 8, 0);
        steps(20, 8, 8);
        steps(5, 8, 0);
        push = 0; pop = 0;
        areset = 1;
        #2 areset = 0;
        @(negedge clk);
        steps(8, 0, 8);
        steps(7, 8, 0);
        areset = 1; push = 1;
        @(negedge clk);
        @(negedge clk) areset = 0;
        steps(1000, 6, 4);
        steps(1000, 4, 6);
        steps(1000, 5, 5);
        repeat (1000) begin
            steps(1, 6, 4);
            areset = pick(40) == 0;
        end
        $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = {out_ref, full_ref, empty_ref, count_ref, dropped_ref} === ({out_ref, full_ref, empty_ref, count_ref, dropped_ref} ^ {out_dut, full_dut, empty_dut, count_dut, dropped_dut} ^ {out_ref, full_ref, empty_ref, count_ref, dropped_ref});

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (out_ref !== (out_ref ^ out_dut ^ out_ref)) begin
            if (stats1.errors_out == 0) stats1.errortime_out = $time;
            stats1.errors_out++;
        end
        if (full_ref !== (full_ref ^ full_dut ^ full_ref)) begin
            if (stats1.errors_full == 0) stats1.errortime_full = $time;
            stats1.errors_full++;
        end
        if (empty_ref !== (empty_ref ^ empty_dut ^ empty_ref)) begin
            if (stats1.errors_empty == 0) stats1.errortime_empty = $time;
            stats1.errors_empty++;
        end
        if (count_ref !== (count_ref ^ count_dut ^ count_ref)) begin
            if (stats1.errors_count == 0) stats1.errortime_count = $time;
            stats1.errors_count++;
        end
        if (dropped_ref !== (dropped_ref ^ dropped_dut ^ dropped_ref)) begin
            if (stats1.errors_dropped == 0) stats1.errortime_dropped = $time;
            stats1.errors_dropped++;
        end
    end

    final begin
        if (stats1.errors_out) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "out", stats1.errors_out, stats1.errortime_out);
        else $display("Hint: Output '%s' has no mismatches.", "out");
        if (stats1.errors_full) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "full", stats1.errors_full, stats1.errortime_full);
        else $display("Hint: Output '%s' has no mismatches.", "full");
        if (stats1.errors_empty) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "empty", stats1.errors_empty, stats1.errortime_empty);
        else $display("Hint: Output '%s' has no mismatches.", "empty");
        if (stats1.errors_count) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "count", stats1.errors_count, stats1.errortime_count);
        else $display("Hint: Output '%s' has no mismatches.", "count");
        if (stats1.errors_dropped) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "dropped", stats1.errors_dropped, stats1.errortime_dropped);
        else $display("Hint: Output '%s' has no mismatches.", "dropped");
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
